import type { Settings } from './settings.js';

/** Secrets of development. They are in the source, so they protect nothing that others can reach. */
export const DEV_TOKEN = 'fake-dev-token';
export const DEV_JWT_SECRET = 'development-only-jwt-secret-change-me';
/** What versions before 0.2 gave the first superadmin. */
export const DEV_PASSWORD = 'moolai-dev';

/** True when other machines may reach what listens at this address. */
export function isReachable(host: string): boolean {
  return !/^(localhost|127\.\d+\.\d+\.\d+|::1)$/.test(host);
}

/** Names of the settings whose secret is one of development. */
export function defaultSecretsOf({ devBearerToken, jwtSecret }: Settings): string[] {
  return [
    ...(devBearerToken === DEV_TOKEN ? ['DEV_BEARER_TOKEN'] : []),
    ...(jwtSecret === DEV_JWT_SECRET ? ['JWT_SECRET'] : []),
  ];
}
