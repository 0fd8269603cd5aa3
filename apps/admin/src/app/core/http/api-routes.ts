const CONTROLLER = '/api/v1/controller';
const INTERNAL = '/api/v1/internal';

/** Every address of the API that the console calls, each written once. */
export const API_ROUTES = {
  login: `${INTERNAL}/auth/login`,
  refresh: `${INTERNAL}/auth/refresh`,
  overview: `${CONTROLLER}/overview`,
  organizations: `${CONTROLLER}/organizations`,
  orchestrators: `${CONTROLLER}/orchestrators`,
  liveOrchestrators: `${CONTROLLER}/orchestrators/live`,
  independence: (orchestratorId: string) =>
    `${INTERNAL}/orchestrators/${encodeURIComponent(orchestratorId)}/independence`,
} as const;

/** Where people read about the API; a page of the server, not of the console. */
export const API_DOCS_URL = '/api/docs';

/** Where orchestrators connect, as seen from the machine that shows the console. */
export function orchestratorSocketUrl(location: Pick<Location, 'protocol' | 'host'>): string {
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`;
}
