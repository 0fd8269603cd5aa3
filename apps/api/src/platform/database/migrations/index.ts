import { Audit1764900000000 } from './1764900000000-audit.js';
import { HotUpdatesAndSearch1764100000000 } from './1764100000000-hot-updates-and-search.js';
import { ConfigurationBySql1764550000000 } from './1764550000000-configuration-by-sql.js';
import { ConfigurationHistory1764200000000 } from './1764200000000-configuration-history.js';
import { MessageDelivery1764300000000 } from './1764300000000-message-delivery.js';
import { Monitoring1764400000000 } from './1764400000000-monitoring.js';
import { IndependenceLeases1764500000000 } from './1764500000000-independence-leases.js';
import { Identities1764600000000 } from './1764600000000-identities.js';
import { OrchestratorCredentials1764700000000 } from './1764700000000-orchestrator-credentials.js';
import { Secrets1764800000000 } from './1764800000000-secrets.js';
import { MessageTraces1765100000000 } from './1765100000000-message-traces.js';
import { OrchestratorCounts1765240000000 } from './1765240000000-orchestrator-counts.js';
import { OrchestratorSortIndexes1765300000000 } from './1765300000000-orchestrator-sort-indexes.js';
import { OrchestratorDirectory1765400000000 } from './1765400000000-orchestrator-directory.js';
import { WideMessageIds1765500000000 } from './1765500000000-wide-message-ids.js';
import { MetricNameShares1765600000000 } from './1765600000000-metric-name-shares.js';
import { IdempotencyKeys1765910000000 } from './1765910000000-idempotency-keys.js';
import { StrandedMessages1765900000000 } from './1765900000000-stranded-messages.js';
import { ControllerStarts1766000000000 } from './1766000000000-controller-starts.js';
import { EndedConnections1766010000000 } from './1766010000000-ended-connections.js';
import { LivesOfIds1766020000000 } from './1766020000000-lives-of-ids.js';
import { ControllerInstances1766100000000 } from './1766100000000-controller-instances.js';
import { InitialSchema1764000000000 } from './1764000000000-initial-schema.js';

/** Every migration, oldest first. A landed one is never changed; add new ones at the end. */
export const migrations = [
  InitialSchema1764000000000,
  HotUpdatesAndSearch1764100000000,
  ConfigurationHistory1764200000000,
  MessageDelivery1764300000000,
  Monitoring1764400000000,
  IndependenceLeases1764500000000,
  ConfigurationBySql1764550000000,
  Identities1764600000000,
  OrchestratorCredentials1764700000000,
  Secrets1764800000000,
  Audit1764900000000,
  MessageTraces1765100000000,
  OrchestratorCounts1765240000000,
  OrchestratorSortIndexes1765300000000,
  OrchestratorDirectory1765400000000,
  WideMessageIds1765500000000,
  MetricNameShares1765600000000,
  StrandedMessages1765900000000,
  IdempotencyKeys1765910000000,
  ControllerStarts1766000000000,
  EndedConnections1766010000000,
  LivesOfIds1766020000000,
  ControllerInstances1766100000000,
];
