import { PAGE_SIZE_MAX, type ListQuery, type Page } from '@moolai/contracts';

/** 25 pages of 200: beyond 5,000 entries users filter instead of scrolling. */
const MAX_PAGES = 25;

/** All entries of a list, or the first of them. */
export interface WholeList<T> {
  items: T[];
  total: number;
}

/** Loads a list page by page, completely or up to the limit. */
export async function everyPage<T>(
  read: (query: ListQuery) => Promise<Page<T>>,
  maxPages = MAX_PAGES,
): Promise<WholeList<T>> {
  const items: T[] = [];
  for (let page = 1; ; page += 1) {
    const answer = await read({ page, page_size: PAGE_SIZE_MAX });
    items.push(...answer.items);
    const isComplete = items.length >= answer.total || answer.items.length === 0;
    if (isComplete || page >= maxPages) return { items, total: Math.max(answer.total, items.length) };
  }
}
