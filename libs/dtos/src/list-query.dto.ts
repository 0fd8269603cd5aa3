import { PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX, type ListQuery } from '@moolai/contracts';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';

// PostgreSQL stores no NUL, and refuses to look for one.
const NO_NUL = /^[^\u0000]*$/;
const MAX_PAGE = 1_000_000;

/** Which page of a list. */
export class PageQueryDto {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, default: 1 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(MAX_PAGE)
  page: number = 1;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: PAGE_SIZE_MAX, default: PAGE_SIZE_DEFAULT })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(PAGE_SIZE_MAX)
  page_size: number = PAGE_SIZE_DEFAULT;
}

/** The query parameters that every searchable list takes. */
export class ListQueryDto extends PageQueryDto implements ListQuery {
  @ApiPropertyOptional({ description: 'Part of an id or a name, in any case.', maxLength: 100 })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  @Matches(NO_NUL, { message: 'search must not contain a NUL character' })
  search?: string;
}
