import { Module } from '@nestjs/common';
import { ConfigurationModule } from '../configuration/index.js';
import { CredentialsModule } from '../credentials/index.js';
import { DeliveryModule } from '../delivery/index.js';
import { InboxModule } from '../inbox/index.js';
import { InstancesModule } from '../instances/index.js';
import { LiveStateModule } from '../live-state/index.js';
import { RegistrationModule } from '../registration/index.js';
import { Admission } from './admission.js';
import { Arrival } from './arrival.js';
import { ConnectionInput } from './connection-input.js';
import { ConnectionRecord } from './connection-record.js';
import { ConnectionRegistry } from './connection.registry.js';
import { Departure } from './departure.js';
import { ErrorReplies } from './error-replies.js';
import { DEFAULT_TIMING, GATEWAY_TIMING } from './gateway-timing.js';
import { GatewayShutdown } from './gateway-shutdown.js';
import { GatewayMetrics } from './gateway.metrics.js';
import { LivenessMonitor } from './liveness.monitor.js';
import { MessageDispatcher } from './message.dispatcher.js';
import { OrchestratorGateway } from './orchestrator.gateway.js';
import { Ownership } from './ownership.js';
import { Placement } from './placement.js';
import { RegistrationsUnderWay } from './registrations-under-way.js';
import { UpgradePolicy } from './upgrade-policy.js';
import { Welcome } from './welcome.js';

/** The WebSocket for orchestrators. */
@Module({
  imports: [
    ConfigurationModule,
    CredentialsModule,
    DeliveryModule,
    InboxModule,
    InstancesModule,
    LiveStateModule,
    RegistrationModule,
  ],
  providers: [
    OrchestratorGateway,
    GatewayShutdown,
    Arrival,
    Admission,
    RegistrationsUnderWay,
    Ownership,
    Placement,
    Welcome,
    Departure,
    ConnectionRecord,
    MessageDispatcher,
    ErrorReplies,
    ConnectionInput,
    ConnectionRegistry,
    GatewayMetrics,
    LivenessMonitor,
    UpgradePolicy,
    { provide: GATEWAY_TIMING, useValue: DEFAULT_TIMING },
  ],
  exports: [ConnectionRegistry],
})
export class GatewayModule {}
