import type { Settings } from './settings.js';

/** Development secrets. They are public, so they protect nothing that other machines can reach. */
export const DEV_TOKEN = 'fake-dev-token';
export const DEV_JWT_SECRET = 'development-only-jwt-secret-change-me';
/** The first superadmin's password in versions before 0.2. */
export const DEV_PASSWORD = 'moolai-dev';

/** True if other machines may reach a listener on this address. */
export function isReachable(host: string): boolean {
  return !/^(localhost|127\.\d+\.\d+\.\d+|::1)$/.test(host);
}

/** Names of the settings that hold a development secret. */
export function defaultSecretsOf({ devBearerToken, jwtSecret }: Settings): string[] {
  return [
    ...(devBearerToken === DEV_TOKEN ? ['DEV_BEARER_TOKEN'] : []),
    ...(jwtSecret === DEV_JWT_SECRET ? ['JWT_SECRET'] : []),
  ];
}
