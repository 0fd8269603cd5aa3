import type { DataSource, EntityTarget, ObjectLiteral } from 'typeorm';

/** A pattern for ILIKE that finds `text` anywhere, its own wildcards taken literally. */
export function containsPattern(text: string): string {
  return `%${text.replace(/[\\%_]/g, (character) => `\\${character}`)}%`;
}

/**
 * The property and direction of a wire sort such as `-last_seen`. The DTO has let only known fields
 * through; an unknown one is a programming error.
 */
export function orderBy(
  entity: EntityTarget<ObjectLiteral>,
  dataSource: DataSource,
  sort: string,
): { column: string; direction: 'ASC' | 'DESC' } {
  const isDescending = sort.startsWith('-');
  const name = isDescending ? sort.slice(1) : sort;
  const column = dataSource.getMetadata(entity).columns.find(({ databaseName }) => databaseName === name);
  if (!column) throw new Error(`no column "${name}" to sort by`);
  return { column: column.propertyName, direction: isDescending ? 'DESC' : 'ASC' };
}
