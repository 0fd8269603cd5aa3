import pg from 'pg';

const INT8 = 20;

/** @throws RangeError for a number that JSON parsers could not keep exactly, because a wrong id is worse than none */
function toSafeInteger(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  throw new RangeError(`${text} is beyond 2^53 and cannot be represented as a JSON number`);
}

/** Parses values like `pg`, except that an `int8` becomes a number instead of a string. */
export const VALUE_TYPES: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: string) =>
    oid === INT8 && format !== 'binary'
      ? toSafeInteger
      : (pg.types.getTypeParser(oid, format as 'text') as (text: string) => unknown),
};
