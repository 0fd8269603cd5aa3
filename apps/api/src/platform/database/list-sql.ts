import { In, type FindOperator, type ObjectLiteral, type SelectQueryBuilder } from 'typeorm';
import type { Scope } from '../access/scope.js';

/** A pattern for LIKE or ILIKE that finds `text` anywhere, its own wildcards taken literally. */
export function containsPattern(text: string): string {
  return `%${text.replace(/[\\%_]/g, (character) => `\\${character}`)}%`;
}

/**
 * Sorts by a wire field such as `-last_seen`, and by the primary business key among equals, so that
 * pages neither repeat nor lose a row. "Never" counts as older than anything. One direction is exactly the
 * other one backwards, so that one index with the key behind the field serves both.
 *
 * The DTO has let only known fields through; an unknown one is a programming error.
 */
export function sortBy<T extends ObjectLiteral>(
  builder: SelectQueryBuilder<T>,
  sort: string,
  key: string & keyof T,
): void {
  const isDescending = sort.startsWith('-');
  const name = isDescending ? sort.slice(1) : sort;
  const { mainAlias } = builder.expressionMap;
  const column = mainAlias?.metadata.columns.find(({ databaseName }) => databaseName === name);
  if (!column) throw new Error(`no column "${name}" to sort by`);
  // Of a column without nulls nothing is said of them, so that one index serves both ways.
  const nulls = isDescending ? 'NULLS LAST' : 'NULLS FIRST';
  const direction = isDescending ? 'DESC' : 'ASC';
  builder.orderBy(
    `${builder.alias}.${column.propertyName}`,
    direction,
    column.isNullable ? nulls : undefined,
  );
  if (column.propertyName !== key) builder.addOrderBy(`${builder.alias}.${key}`, direction);
}

/**
 * How many rows match. Changes the statement into one that counts; its joins must add no rows. TypeORM's
 * `getCount` would sort all rows to find equals.
 */
export async function countRows<T extends ObjectLiteral>(builder: SelectQueryBuilder<T>): Promise<number> {
  const row = await builder.select('count(*)', 'total').getRawOne<{ total: number }>();
  return row?.total ?? 0;
}

/**
 * Leaves only what is within the scope.
 * @param property the entity's property with the organization's id
 * @param alias of that entity, when it is not the statement's first
 */
export function restrict<T extends ObjectLiteral>(
  builder: SelectQueryBuilder<T>,
  property: string & keyof T,
  scope: Scope,
  alias = builder.alias,
): void {
  if (scope !== null) builder.andWhere(`${alias}.${property} = ANY(:scope)`, { scope });
}

/** The same for criteria of an entity that has `organizationId`. */
export function withinScope(scope: Scope): { organizationId?: FindOperator<string> } {
  return scope === null ? {} : { organizationId: In([...scope]) };
}
