import type {
  ActivityQuery,
  ApiToken,
  ApiTokenListQuery,
  AuditEntry,
  AuditExportQuery,
  AuditQuery,
  AuditVerification,
  AuditVerifyQuery,
  Backups,
  ChangePasswordRequest,
  ChangeUserRequest,
  ConfigChangeResult,
  ConfigDiff,
  ConfigExplanation,
  ConfigRevision,
  ConfigVersion,
  ControllerConfigChange,
  ControllerConfigDocument,
  ControllerConfigResult,
  CreateApiTokenRequest,
  CreatedApiToken,
  CreateUserRequest,
  FleetSettingsResult,
  OrchestratorConfig,
  OrganizationSettings,
  SetConfigRequest,
  SetSettingsRequest,
  SettingsResult,
  User,
  UserListQuery,
  UserSession,
  ChangeOrchestratorRequest,
  ChangeOrganizationRequest,
  Costs,
  CostsQuery,
  CreatedEnrolmentToken,
  CreateEnrolmentTokenRequest,
  CreateOrchestratorRequest,
  CreateOrganizationRequest,
  CredentialRevocation,
  CredentialRotation,
  CurrentUser,
  EnrolmentToken,
  EnrolmentTokenListQuery,
  FleetEvent,
  IndependenceGrant,
  IndependenceResult,
  ListQuery,
  LoginRequest,
  Message,
  MessageListQuery,
  MetricNames,
  MetricSeries,
  MetricSeriesQuery,
  OrchestratorDetail,
  Orchestrator,
  OrchestratorFacets,
  OrchestratorFacetsQuery,
  OrchestratorListQuery,
  Organization,
  OrganizationIndependenceResult,
  Overview,
  Page,
  QuarantineRelease,
  RefreshRequest,
  SendMessageRequest,
  Session,
  SetIndependenceRequest,
  SetMessageStatusRequest,
  SetOrganizationIndependenceRequest,
  SignedOut,
} from '@moolai/contracts';

const CONTROLLER = '/api/v1/controller';
const INTERNAL = '/api/v1/internal';

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** An API operation. Its parameter and answer types exist for the compiler only. */
export interface Operation<Path extends string, Answer, Query, Body> {
  readonly method: HttpMethod;
  /** As in docs/openapi.json, with `{name}` for parameters. */
  readonly path: Path;
  /** Never set; carries the types. */
  readonly types?: { readonly answer: Answer; readonly query: Query; readonly body: Body };
}

/** The parameter names of a path. */
export type PathNames<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | PathNames<Rest>
  : never;

/** The arguments of a call. */
export type CallOf<Path extends string, Query, Body> = ([PathNames<Path>] extends [never]
  ? { path?: undefined }
  : { path: Record<PathNames<Path>, string | number> }) &
  ([Query] extends [never] ? { query?: undefined } : { query?: Query }) &
  ([Body] extends [never] ? { body?: undefined } : { body: Body });

function operation<Answer, Query = never, Body = never>(method: HttpMethod) {
  return <Path extends string>(path: Path): Operation<Path, Answer, Query, Body> => ({ method, path });
}

type PageQuery = Pick<ListQuery, 'page' | 'page_size'>;
type RevisionRollback = { revision: number; comment?: string };

/** All API operations of the console, each defined once. */
export const API = {
  login: operation<Session, never, LoginRequest>('POST')(`${INTERNAL}/auth/login`),
  refresh: operation<Session, never, RefreshRequest>('POST')(`${INTERNAL}/auth/refresh`),
  logout: operation<SignedOut, never, RefreshRequest>('POST')(`${INTERNAL}/auth/logout`),
  me: operation<CurrentUser>('GET')(`${INTERNAL}/auth/me`),

  overview: operation<Overview>('GET')(`${CONTROLLER}/overview`),
  events: operation<never>('GET')(`${CONTROLLER}/events`),
  activity: operation<Page<FleetEvent>, ActivityQuery>('GET')(`${CONTROLLER}/activity`),
  costs: operation<Costs, CostsQuery>('GET')(`${CONTROLLER}/costs`),

  organizations: operation<Page<Organization>, ListQuery>('GET')(`${CONTROLLER}/organizations`),
  organization: operation<Organization>('GET')(`${CONTROLLER}/organizations/{id}`),
  createOrganization: operation<Organization, never, CreateOrganizationRequest>('POST')(
    `${INTERNAL}/organizations`,
  ),
  changeOrganization: operation<Organization, never, ChangeOrganizationRequest>('PATCH')(
    `${INTERNAL}/organizations/{id}`,
  ),
  deactivateOrganization: operation<Organization>('DELETE')(`${INTERNAL}/organizations/{id}`),
  switchOrganization: operation<OrganizationIndependenceResult, never, SetOrganizationIndependenceRequest>(
    'PUT',
  )(`${INTERNAL}/organizations/{id}/independence`),

  orchestrators: operation<Page<Orchestrator>, OrchestratorListQuery>('GET')(`${CONTROLLER}/orchestrators`),
  orchestratorFacets: operation<OrchestratorFacets, OrchestratorFacetsQuery>('GET')(
    `${CONTROLLER}/orchestrators/facets`,
  ),
  orchestrator: operation<OrchestratorDetail>('GET')(`${CONTROLLER}/orchestrators/{id}`),
  createOrchestrator: operation<OrchestratorDetail, never, CreateOrchestratorRequest>('POST')(
    `${INTERNAL}/orchestrators`,
  ),
  changeOrchestrator: operation<OrchestratorDetail, never, ChangeOrchestratorRequest>('PATCH')(
    `${INTERNAL}/orchestrators/{id}`,
  ),
  decommission: operation<OrchestratorDetail>('DELETE')(`${INTERNAL}/orchestrators/{id}`),
  switchOrchestrator: operation<IndependenceResult, never, SetIndependenceRequest>('PUT')(
    `${INTERNAL}/orchestrators/{id}/independence`,
  ),
  independenceHistory: operation<Page<IndependenceGrant>, PageQuery>('GET')(
    `${INTERNAL}/orchestrators/{id}/independence/history`,
  ),
  rotateCredential: operation<CredentialRotation>('POST')(
    `${INTERNAL}/orchestrators/{id}/credentials/rotate`,
  ),
  revokeCredential: operation<CredentialRevocation>('DELETE')(`${INTERNAL}/orchestrators/{id}/credentials`),
  releaseQuarantine: operation<QuarantineRelease>('POST')(
    `${INTERNAL}/orchestrators/{id}/quarantine/release`,
  ),
  metricNames: operation<MetricNames>('GET')(`${CONTROLLER}/orchestrators/{id}/metrics/names`),
  metrics: operation<MetricSeries, MetricSeriesQuery>('GET')(`${CONTROLLER}/orchestrators/{id}/metrics`),

  enrolmentTokens: operation<Page<EnrolmentToken>, EnrolmentTokenListQuery>('GET')(
    `${INTERNAL}/enrolment-tokens`,
  ),
  createEnrolmentToken: operation<CreatedEnrolmentToken, never, CreateEnrolmentTokenRequest>('POST')(
    `${INTERNAL}/enrolment-tokens`,
  ),
  revokeEnrolmentToken: operation<EnrolmentToken>('DELETE')(`${INTERNAL}/enrolment-tokens/{id}`),

  messages: operation<Page<Message>, MessageListQuery>('GET')(`${INTERNAL}/messages`),
  message: operation<Message>('GET')(`${INTERNAL}/messages/{id}`),
  sendMessage: operation<Message, never, SendMessageRequest>('POST')(
    `${INTERNAL}/orchestrators/{id}/messages`,
  ),
  setMessageStatus: operation<Message, never, SetMessageStatusRequest>('PUT')(
    `${INTERNAL}/messages/{id}/status`,
  ),

  fleetConfiguration: operation<ControllerConfigDocument>('GET')(`${INTERNAL}/configuration`),
  changeFleetConfiguration: operation<ControllerConfigResult, never, ControllerConfigChange>('PUT')(
    `${INTERNAL}/configuration`,
  ),
  fleetRevisions: operation<Page<ConfigRevision>, PageQuery>('GET')(`${INTERNAL}/configuration/revisions`),
  rollBackFleet: operation<FleetSettingsResult, never, RevisionRollback>('POST')(
    `${INTERNAL}/configuration/rollback`,
  ),
  settings: operation<OrganizationSettings>('GET')(`${INTERNAL}/organizations/{id}/settings`),
  changeSettings: operation<SettingsResult, never, SetSettingsRequest>('PUT')(
    `${INTERNAL}/organizations/{id}/settings`,
  ),
  settingsRevisions: operation<Page<ConfigRevision>, PageQuery>('GET')(
    `${INTERNAL}/organizations/{id}/settings/revisions`,
  ),
  rollBackSettings: operation<SettingsResult, never, RevisionRollback>('POST')(
    `${INTERNAL}/organizations/{id}/settings/rollback`,
  ),
  config: operation<OrchestratorConfig>('GET')(`${INTERNAL}/orchestrators/{id}/config`),
  changeConfig: operation<ConfigChangeResult, never, SetConfigRequest>('PUT')(
    `${INTERNAL}/orchestrators/{id}/config`,
  ),
  configVersions: operation<Page<ConfigVersion>, PageQuery>('GET')(
    `${INTERNAL}/orchestrators/{id}/config/versions`,
  ),
  configDiff: operation<ConfigDiff, { from: number; to: number }>('GET')(
    `${INTERNAL}/orchestrators/{id}/config/diff`,
  ),
  configExplanation: operation<ConfigExplanation>('GET')(`${INTERNAL}/orchestrators/{id}/config/explain`),
  rollBackConfig: operation<ConfigChangeResult, never, { config_version: number; comment?: string }>('POST')(
    `${INTERNAL}/orchestrators/{id}/config/rollback`,
  ),

  audit: operation<Page<AuditEntry>, AuditQuery>('GET')(`${INTERNAL}/audit`),
  exportAudit: operation<never, AuditExportQuery>('GET')(`${INTERNAL}/audit/export`),
  verifyAudit: operation<AuditVerification, AuditVerifyQuery>('GET')(`${INTERNAL}/audit/verify`),

  users: operation<Page<User>, UserListQuery>('GET')(`${INTERNAL}/users`),
  createUser: operation<User, never, CreateUserRequest>('POST')(`${INTERNAL}/users`),
  changeUser: operation<User, never, ChangeUserRequest>('PATCH')(`${INTERNAL}/users/{id}`),
  deleteUser: operation<User>('DELETE')(`${INTERNAL}/users/{id}`),
  apiTokens: operation<Page<ApiToken>, ApiTokenListQuery>('GET')(`${INTERNAL}/api-tokens`),
  createApiToken: operation<CreatedApiToken, never, CreateApiTokenRequest>('POST')(`${INTERNAL}/api-tokens`),
  revokeApiToken: operation<ApiToken>('DELETE')(`${INTERNAL}/api-tokens/{id}`),

  backups: operation<Backups>('GET')(`${INTERNAL}/backups`),
  startBackup: operation<Backups>('POST')(`${INTERNAL}/backups`),

  changePassword: operation<CurrentUser, never, ChangePasswordRequest>('POST')(`${INTERNAL}/auth/password`),
  sessions: operation<UserSession[]>('GET')(`${INTERNAL}/auth/sessions`),
  endSession: operation<UserSession>('DELETE')(`${INTERNAL}/auth/sessions/{id}`),

  health: operation<never>('GET')(`${CONTROLLER}/health`),
  internalHealth: operation<never>('GET')(`${INTERNAL}/health`),
} as const;

/** The URL of an operation with its parameters. */
export function urlOf(
  { path }: { readonly path: string },
  values: Readonly<Record<string, string | number>> = {},
): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(values[name] ?? '')));
}

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
