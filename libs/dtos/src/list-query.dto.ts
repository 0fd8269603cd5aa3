import { PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX, type ListQuery, type PageQuery } from '@moolai/contracts';
import { IntegerField, TextField } from './fields/index.js';

const MAX_PAGE = 1_000_000;

/** Which page of a list. */
export class PageQueryDto implements PageQuery {
  @IntegerField({ optional: true, inQuery: true, min: 1, max: MAX_PAGE, default: 1 })
  page: number = 1;

  @IntegerField({ optional: true, inQuery: true, min: 1, max: PAGE_SIZE_MAX, default: PAGE_SIZE_DEFAULT })
  page_size: number = PAGE_SIZE_DEFAULT;
}

/** Query parameters of every searchable list. */
export class ListQueryDto extends PageQueryDto implements ListQuery {
  @TextField({
    optional: true,
    maxLength: 100,
    characters: 'no NUL',
    typeLast: true,
    description: 'Part of an id or a name; case-insensitive.',
  })
  search?: string;
}
