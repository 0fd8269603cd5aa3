/** The schema of an object of whole numbers. */
export function counts(...names: string[]) {
  const properties: Record<string, { type: 'integer'; example: number }> = {};
  for (const name of names) properties[name] = { type: 'integer', example: 0 };
  return {
    type: 'object' as const,
    required: names,
    selfRequired: true,
    properties,
    additionalProperties: false,
  };
}
