import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { GatewayModule } from '../gateway/index.js';
import { InstancesModule } from '../instances/index.js';
import { LiveStateModule } from '../live-state/index.js';
import { UsersModule } from '../users/index.js';
import { DatabaseHealth } from './database-health.js';
import { HealthController } from './health.controller.js';
import { HealthFigures } from './health-figures.js';
import { HealthService } from './health.service.js';
import { InstanceHealth } from './instance-health.js';
import { ProbesController } from './probes.controller.js';
import { ReadinessService } from './readiness.service.js';

/** Health, for load balancers and for people. */
@Module({
  // It would log each failed check as an error; the answer and the alert are enough.
  imports: [
    GatewayModule,
    InstancesModule,
    LiveStateModule,
    UsersModule,
    TerminusModule.forRoot({ logger: false }),
  ],
  controllers: [HealthController, ProbesController],
  providers: [HealthService, HealthFigures, InstanceHealth, ReadinessService, DatabaseHealth],
})
export class HealthModule {}
