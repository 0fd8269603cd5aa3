/** Examples shared by several configuration classes. */
export const FEATURES = { example: { streaming: true } } as const;
export const SESSION = { example: { max_tokens: 4096 } } as const;
export const CONFIG = {
  example: {
    features: { streaming: true },
    session_config: { max_tokens: 4096 },
    privacy_mode: false,
    monitoring_enabled: true,
  },
} as const;
export const COMMENT_EXAMPLE = 'Shorter answers for the pilot';
