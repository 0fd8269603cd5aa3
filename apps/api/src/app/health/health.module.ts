import { Module } from '@nestjs/common';
import { GatewayModule } from '../gateway/index.js';
import { LiveStateModule } from '../live-state/index.js';
import { HealthController } from './health.controller.js';
import { HealthService } from './health.service.js';

/** Health, for load balancers and for people. */
@Module({
  imports: [GatewayModule, LiveStateModule],
  controllers: [HealthController],
  providers: [HealthService],
})
export class HealthModule {}
