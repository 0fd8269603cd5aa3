import type { InternalHealth, Overview } from '@moolai/contracts';
import { CountField } from './fields/index.js';

type Organizations = Overview['organizations'];
type Orchestrators = Overview['orchestrators'];
type Messages = Overview['messages'];
type Heartbeats = Overview['heartbeats'];
type Websocket = InternalHealth['websocket'];

/** How many organizations there are. */
export class OrganizationCountsDto implements Organizations {
  @CountField()
  total: number;

  @CountField()
  active: number;

  @CountField()
  independent: number;
}

/** How many orchestrators there are. */
export class OrchestratorCountsDto implements Orchestrators {
  @CountField()
  total: number;

  @CountField()
  connected: number;

  @CountField()
  active: number;

  @CountField()
  independent: number;

  @CountField()
  inactive: number;

  @CountField()
  error: number;

  @CountField()
  expected: number;
}

/** How many messages there are. */
export class MessageCountsDto implements Messages {
  @CountField()
  pending: number;

  @CountField()
  sent: number;

  @CountField()
  delivered: number;

  @CountField()
  failed: number;

  @CountField()
  received: number;
}

/** How many heartbeats arrived. */
export class HeartbeatCountsDto implements Heartbeats {
  @CountField()
  processed: number;

  @CountField()
  ignored: number;
}

/** How many sockets are open. */
export class SocketCountsDto implements Websocket {
  @CountField()
  connections: number;

  @CountField()
  registered: number;
}
