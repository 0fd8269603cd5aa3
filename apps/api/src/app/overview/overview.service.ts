import { Injectable } from '@nestjs/common';
import type { Overview } from '@moolai/contracts';
import type { Scope } from '../../platform/access/scope.js';
import { ProcessInfo } from '../../platform/process-info.js';
import { LiveFleet } from '../live-state/index.js';
import { MessagesService } from '../messages/index.js';
import { OrchestratorsService } from '../orchestrators/index.js';
import { OrganizationsService } from '../organizations/index.js';

/** Collects the counters of the dashboard. */
@Injectable()
export class OverviewService {
  constructor(
    private readonly organizations: OrganizationsService,
    private readonly orchestrators: OrchestratorsService,
    private readonly messages: MessagesService,
    private readonly liveFleet: LiveFleet,
    private readonly process: ProcessInfo,
  ) {}

  async get(scope: Scope): Promise<Overview> {
    const [organizations, orchestrators, messages] = await Promise.all([
      this.organizations.count(scope),
      this.orchestrators.count(scope),
      this.messages.count(scope),
    ]);
    return {
      organizations,
      orchestrators,
      messages,
      heartbeats: this.liveFleet.heartbeatCounts(scope),
      uptime_sec: this.process.uptimeSec(),
      version: this.process.version,
    };
  }
}
