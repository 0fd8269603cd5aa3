import type { DataSource, EntityTarget, ObjectLiteral } from 'typeorm';

/** Creates an entity from a driver row, so that the result of `RETURNING *` needs no second query. */
export function hydrate<T extends ObjectLiteral>(
  dataSource: DataSource,
  entity: EntityTarget<T>,
  row: ObjectLiteral,
): T {
  const { columns } = dataSource.getMetadata(entity);
  const values = columns.map(({ propertyName, databaseName }) => [
    propertyName,
    row[databaseName] as unknown,
  ]);
  return Object.fromEntries(values) as T;
}
