import type { DataSource, EntityTarget, ObjectLiteral } from 'typeorm';

/** Makes an entity of a row as the driver gives it: what `RETURNING *` answers needs no second query. */
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
