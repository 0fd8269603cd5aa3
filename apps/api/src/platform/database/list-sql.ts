import { In, type FindOperator, type ObjectLiteral, type SelectQueryBuilder } from 'typeorm';
import type { Scope } from '../access/scope.js';

/** A pattern for LIKE or ILIKE that matches `text` anywhere; its wildcards are escaped. */
export function containsPattern(text: string): string {
  return `%${text.replace(/[\\%_]/g, (character) => `\\${character}`)}%`;
}

/**
 * Sorts by a wire field such as `-last_seen`, then by the primary business key, so that pages neither repeat nor lose a
 * row. Null counts as oldest. One direction is the exact reverse of the other, so that one index on the field and key
 * serves both.
 *
 * The DTO accepts known fields only; an unknown one is a programming error.
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
  // Columns without nulls need no NULLS clause, so that one index serves both directions.
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
 * Counts the matching rows. Turns the statement into a count, so its joins must not multiply rows. TypeORM's `getCount`
 * would sort all rows to remove duplicates.
 */
export async function countRows<T extends ObjectLiteral>(builder: SelectQueryBuilder<T>): Promise<number> {
  const row = await builder.select('count(*)', 'total').getRawOne<{ total: number }>();
  return row?.total ?? 0;
}

/**
 * Restricts a query to the scope.
 * @param property the entity's property with the organization's id
 * @param alias of that entity, if it is not the query's main one
 */
export function restrict<T extends ObjectLiteral>(
  builder: SelectQueryBuilder<T>,
  property: string & keyof T,
  scope: Scope,
  alias = builder.alias,
): void {
  if (scope !== null) builder.andWhere(`${alias}.${property} = ANY(:scope)`, { scope });
}

/** The same for find options of an entity with `organizationId`. */
export function withinScope(scope: Scope): { organizationId?: FindOperator<string> } {
  return scope === null ? {} : { organizationId: In([...scope]) };
}
