export { FleetRefusals } from './fleet-refusals.js';
export { TakeoverCount } from './takeover-count.js';
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
export { CredentialsService } from './credentials.service.js';
export { CredentialUses, type PresentedCredential } from './credential-uses.js';
export { Enrolments } from './enrolments.js';
export { Quarantine } from './quarantine.js';
export { RefusalLog } from './refusal-log.js';
