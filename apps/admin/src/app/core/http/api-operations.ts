export { API, urlOf, type CallOf, type Operation } from '@moolai/contracts';

/** Returns the ways to sign in; not in the API document, because only browsers use it. */
export const SIGN_IN_METHODS_URL = '/auth/methods';

/** Redirects to the sign-in provider. */
export const OIDC_LOGIN_URL = '/auth/oidc/login';

/** The API documentation; a page of the server, not of the console. */
export const API_DOCS_URL = '/api/docs';

/** The WebSocket for orchestrators, as seen from the browser's machine. */
export function orchestratorSocketUrl(location: Pick<Location, 'protocol' | 'host'>): string {
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`;
}
