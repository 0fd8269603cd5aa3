/** A whole number that may go beyond 32 bits; generated clients would otherwise read it into an `int`. */
export const LARGE_INTEGER = { type: 'integer', format: 'int64' } as const;

/** The schema of an object of whole numbers. */
export function counts(...names: string[]) {
  const properties: Record<string, typeof LARGE_INTEGER & { example: number }> = {};
  for (const name of names) properties[name] = { ...LARGE_INTEGER, example: 0 };
  return {
    type: 'object' as const,
    required: names,
    selfRequired: true,
    properties,
    additionalProperties: false,
  };
}
