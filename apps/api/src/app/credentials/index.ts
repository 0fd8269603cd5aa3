export { issueSecret, type IssuedSecret } from './credential-secret.js';
export {
  judge,
  type KnownOrchestrator,
  type Refusal,
  type StoredCredential,
  type Verdict,
} from './credential-verdict.js';
export { CredentialWatch } from './credential.watch.js';
export { CredentialsModule } from './credentials.module.js';
export { CredentialsRepository, type CredentialUse } from './credentials.repository.js';
export { CredentialsService } from './credentials.service.js';
export { Enrolments, type EnrolmentTransaction } from './enrolments.js';
export { Quarantine } from './quarantine.js';
export { RefusalLog } from './refusal-log.js';
