import type {
  AuditEntry,
  AuditExportQuery,
  AuditQuery,
  AuditVerification,
  AuditVerifyQuery,
} from './audit.js';
import type { CurrentUser, LoginRequest, RefreshRequest, Session, SignedOut } from './auth.js';
import type { Backups } from './backups.js';
import type {
  ConfigChangeResult,
  ConfigDiff,
  ConfigDiffQuery,
  ConfigExplanation,
  ConfigRevision,
  ConfigRollbackRequest,
  ConfigVersion,
  ControllerConfigChange,
  ControllerConfigDocument,
  ControllerConfigResult,
  FleetSettingsResult,
  OrchestratorConfig,
  OrganizationSettings,
  RevisionRollbackRequest,
  SetConfigRequest,
  SetSettingsRequest,
  SettingsResult,
} from './configuration.js';
import type {
  CreateEnrolmentTokenRequest,
  CreatedEnrolmentToken,
  CredentialRevocation,
  CredentialRotation,
  EnrolmentToken,
  EnrolmentTokenListQuery,
  QuarantineRelease,
} from './credentials.js';
import type { ListQuery, Page, PageQuery } from './envelope.js';
import type { ActivityQuery, FleetEvent } from './events.js';
import type { ControllerHealth, InternalHealth } from './health.js';
import type {
  IndependenceGrant,
  IndependenceResult,
  OrganizationIndependenceResult,
  SetOrchestratorIndependenceRequest,
  SetOrganizationIndependenceRequest,
} from './independence.js';
import type { Instance } from './instances.js';
import type { Message, MessageListQuery, SendMessageRequest, SetMessageStatusRequest } from './messages.js';
import type { Costs, CostsQuery, MetricNames, MetricSeries, MetricSeriesQuery } from './monitoring.js';
import type {
  ChangeOrchestratorRequest,
  CreateOrchestratorRequest,
  LiveOrchestrators,
  Orchestrator,
  OrchestratorDetail,
  OrchestratorFacets,
  OrchestratorFacetsQuery,
  OrchestratorListQuery,
} from './orchestrators.js';
import type { ChangeOrganizationRequest, CreateOrganizationRequest, Organization } from './organizations.js';
import type { Overview } from './overview.js';
import type {
  ApiToken,
  ApiTokenListQuery,
  ChangePasswordRequest,
  ChangeUserRequest,
  CreateApiTokenRequest,
  CreateUserRequest,
  CreatedApiToken,
  User,
  UserListQuery,
  UserSession,
} from './users.js';

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

/** All operations of the REST API by their operation ids in docs/openapi.json. Answers of type `never` are not JSON. */
export const API = {
  streamEvents: operation<never>('GET')(`${CONTROLLER}/events`),
  listActivity: operation<Page<FleetEvent>, ActivityQuery>('GET')(`${CONTROLLER}/activity`),

  listAuditEntries: operation<Page<AuditEntry>, AuditQuery>('GET')(`${INTERNAL}/audit`),
  exportAudit: operation<never, AuditExportQuery>('GET')(`${INTERNAL}/audit/export`),
  verifyAudit: operation<AuditVerification, AuditVerifyQuery>('GET')(`${INTERNAL}/audit/verify`),

  login: operation<Session, never, LoginRequest>('POST')(`${INTERNAL}/auth/login`),
  refreshSession: operation<Session, never, RefreshRequest>('POST')(`${INTERNAL}/auth/refresh`),
  logout: operation<SignedOut, never, RefreshRequest>('POST')(`${INTERNAL}/auth/logout`),
  getCurrentUser: operation<CurrentUser>('GET')(`${INTERNAL}/auth/me`),
  changePassword: operation<CurrentUser, never, ChangePasswordRequest>('POST')(`${INTERNAL}/auth/password`),
  listSessions: operation<UserSession[]>('GET')(`${INTERNAL}/auth/sessions`),
  endSession: operation<UserSession>('DELETE')(`${INTERNAL}/auth/sessions/{id}`),

  listUsers: operation<Page<User>, UserListQuery>('GET')(`${INTERNAL}/users`),
  createUser: operation<User, never, CreateUserRequest>('POST')(`${INTERNAL}/users`),
  getUser: operation<User>('GET')(`${INTERNAL}/users/{id}`),
  changeUser: operation<User, never, ChangeUserRequest>('PATCH')(`${INTERNAL}/users/{id}`),
  deleteUser: operation<User>('DELETE')(`${INTERNAL}/users/{id}`),

  listApiTokens: operation<Page<ApiToken>, ApiTokenListQuery>('GET')(`${INTERNAL}/api-tokens`),
  createApiToken: operation<CreatedApiToken, never, CreateApiTokenRequest>('POST')(`${INTERNAL}/api-tokens`),
  revokeApiToken: operation<ApiToken>('DELETE')(`${INTERNAL}/api-tokens/{id}`),

  listOrganizations: operation<Page<Organization>, ListQuery>('GET')(`${CONTROLLER}/organizations`),
  getOrganization: operation<Organization>('GET')(`${CONTROLLER}/organizations/{id}`),
  createOrganization: operation<Organization, never, CreateOrganizationRequest>('POST')(
    `${INTERNAL}/organizations`,
  ),
  changeOrganization: operation<Organization, never, ChangeOrganizationRequest>('PATCH')(
    `${INTERNAL}/organizations/{id}`,
  ),
  deactivateOrganization: operation<Organization>('DELETE')(`${INTERNAL}/organizations/{id}`),

  listOrchestrators: operation<Page<Orchestrator>, OrchestratorListQuery>('GET')(
    `${CONTROLLER}/orchestrators`,
  ),
  countOrchestrators: operation<OrchestratorFacets, OrchestratorFacetsQuery>('GET')(
    `${CONTROLLER}/orchestrators/facets`,
  ),
  listConnectedOrchestrators: operation<LiveOrchestrators>('GET')(`${CONTROLLER}/orchestrators/live`),
  getOrchestrator: operation<OrchestratorDetail>('GET')(`${CONTROLLER}/orchestrators/{id}`),
  createOrchestrator: operation<OrchestratorDetail, never, CreateOrchestratorRequest>('POST')(
    `${INTERNAL}/orchestrators`,
  ),
  changeOrchestrator: operation<OrchestratorDetail, never, ChangeOrchestratorRequest>('PATCH')(
    `${INTERNAL}/orchestrators/{id}`,
  ),
  decommissionOrchestrator: operation<OrchestratorDetail>('DELETE')(`${INTERNAL}/orchestrators/{id}`),

  switchIndependence: operation<IndependenceResult, never, SetOrchestratorIndependenceRequest>('PUT')(
    `${INTERNAL}/orchestrators/{id}/independence`,
  ),
  listIndependenceHistory: operation<Page<IndependenceGrant>, PageQuery>('GET')(
    `${INTERNAL}/orchestrators/{id}/independence/history`,
  ),
  switchOrganizationIndependence: operation<
    OrganizationIndependenceResult,
    never,
    SetOrganizationIndependenceRequest
  >('PUT')(`${INTERNAL}/organizations/{id}/independence`),

  listEnrolmentTokens: operation<Page<EnrolmentToken>, EnrolmentTokenListQuery>('GET')(
    `${INTERNAL}/enrolment-tokens`,
  ),
  createEnrolmentToken: operation<CreatedEnrolmentToken, never, CreateEnrolmentTokenRequest>('POST')(
    `${INTERNAL}/enrolment-tokens`,
  ),
  revokeEnrolmentToken: operation<EnrolmentToken>('DELETE')(`${INTERNAL}/enrolment-tokens/{id}`),
  rotateCredential: operation<CredentialRotation>('POST')(
    `${INTERNAL}/orchestrators/{id}/credentials/rotate`,
  ),
  revokeCredential: operation<CredentialRevocation>('DELETE')(`${INTERNAL}/orchestrators/{id}/credentials`),
  releaseFromQuarantine: operation<QuarantineRelease>('POST')(
    `${INTERNAL}/orchestrators/{id}/quarantine/release`,
  ),

  sendMessage: operation<Message, never, SendMessageRequest>('POST')(
    `${INTERNAL}/orchestrators/{id}/messages`,
  ),
  listMessages: operation<Page<Message>, MessageListQuery>('GET')(`${INTERNAL}/messages`),
  getMessage: operation<Message>('GET')(`${INTERNAL}/messages/{id}`),
  setMessageStatus: operation<Message, never, SetMessageStatusRequest>('PUT')(
    `${INTERNAL}/messages/{id}/status`,
  ),

  getMetricSeries: operation<MetricSeries, MetricSeriesQuery>('GET')(
    `${CONTROLLER}/orchestrators/{id}/metrics`,
  ),
  listMetricNames: operation<MetricNames>('GET')(`${CONTROLLER}/orchestrators/{id}/metrics/names`),
  getCosts: operation<Costs, CostsQuery>('GET')(`${CONTROLLER}/costs`),

  listBackups: operation<Backups>('GET')(`${INTERNAL}/backups`),
  startBackup: operation<Backups>('POST')(`${INTERNAL}/backups`),

  listInstances: operation<Instance[]>('GET')(`${INTERNAL}/instances`),

  getOverview: operation<Overview>('GET')(`${CONTROLLER}/overview`),

  getHealth: operation<ControllerHealth>('GET')(`${CONTROLLER}/health`),
  getInternalHealth: operation<InternalHealth>('GET')(`${INTERNAL}/health`),

  getOrchestratorConfig: operation<OrchestratorConfig>('GET')(`${INTERNAL}/orchestrators/{id}/config`),
  changeOrchestratorConfig: operation<ConfigChangeResult, never, SetConfigRequest>('PUT')(
    `${INTERNAL}/orchestrators/{id}/config`,
  ),
  getOrganizationSettings: operation<OrganizationSettings>('GET')(`${INTERNAL}/organizations/{id}/settings`),
  changeOrganizationSettings: operation<SettingsResult, never, SetSettingsRequest>('PUT')(
    `${INTERNAL}/organizations/{id}/settings`,
  ),
  getFleetConfiguration: operation<ControllerConfigDocument>('GET')(`${INTERNAL}/configuration`),
  changeFleetConfiguration: operation<ControllerConfigResult, never, ControllerConfigChange>('PUT')(
    `${INTERNAL}/configuration`,
  ),
  listFleetRevisions: operation<Page<ConfigRevision>, PageQuery>('GET')(
    `${INTERNAL}/configuration/revisions`,
  ),
  rollBackFleetConfiguration: operation<FleetSettingsResult, never, RevisionRollbackRequest>('POST')(
    `${INTERNAL}/configuration/rollback`,
  ),
  listOrchestratorConfigVersions: operation<Page<ConfigVersion>, PageQuery>('GET')(
    `${INTERNAL}/orchestrators/{id}/config/versions`,
  ),
  compareOrchestratorConfigVersions: operation<ConfigDiff, ConfigDiffQuery>('GET')(
    `${INTERNAL}/orchestrators/{id}/config/diff`,
  ),
  explainOrchestratorConfig: operation<ConfigExplanation>('GET')(
    `${INTERNAL}/orchestrators/{id}/config/explain`,
  ),
  rollBackOrchestratorConfig: operation<ConfigChangeResult, never, ConfigRollbackRequest>('POST')(
    `${INTERNAL}/orchestrators/{id}/config/rollback`,
  ),
  listOrganizationSettingsRevisions: operation<Page<ConfigRevision>, PageQuery>('GET')(
    `${INTERNAL}/organizations/{id}/settings/revisions`,
  ),
  rollBackOrganizationSettings: operation<SettingsResult, never, RevisionRollbackRequest>('POST')(
    `${INTERNAL}/organizations/{id}/settings/rollback`,
  ),
} as const;

/** The URL of an operation with its path parameters. */
export function urlOf(
  { path }: { readonly path: string },
  values: Readonly<Record<string, string | number>> = {},
): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(values[name] ?? '')));
}
