/** Examples that several classes of the configuration show in Swagger. */
export const FEATURES = { type: 'object', additionalProperties: true, example: { streaming: true } } as const;
export const SESSION = { type: 'object', additionalProperties: true, example: { max_tokens: 4096 } } as const;
/** JSON of any kind, which has no type. Without `anyOf` Swagger would write one; `createOpenApi` takes it out. */
export const ANY_JSON = { anyOf: [] };
export const CONFIG = {
  type: 'object',
  additionalProperties: true,
  example: {
    features: { streaming: true },
    session_config: { max_tokens: 4096 },
    privacy_mode: false,
    monitoring_enabled: true,
  },
} as const;
export const TIME = { format: 'date-time', example: '2026-11-23T20:00:00.000Z' } as const;
export const TIME_OR_NULL = { ...TIME, type: String, nullable: true } as const;
export const COMMENT = {
  example: 'Shorter answers for the pilot',
  maxLength: 500,
  description: 'Why, for the history.',
};
export const MAX_VERSION = 2_147_483_647;
