import { Injectable } from '@nestjs/common';
import type { Overview } from '@moolai/contracts';
import { ProcessInfo } from '../../platform/process-info.js';
import { LiveStateService } from '../live-state/index.js';
import { MessagesService } from '../messages/index.js';
import { OrchestratorsService } from '../orchestrators/index.js';
import { OrganizationsService } from '../organizations/index.js';

/** Gathers the counters of the dashboard. */
@Injectable()
export class OverviewService {
  constructor(
    private readonly organizations: OrganizationsService,
    private readonly orchestrators: OrchestratorsService,
    private readonly messages: MessagesService,
    private readonly liveState: LiveStateService,
    private readonly process: ProcessInfo,
  ) {}

  async get(): Promise<Overview> {
    const [organizations, orchestrators, messages] = await Promise.all([
      this.organizations.count(),
      this.orchestrators.count(),
      this.messages.count(),
    ]);
    return {
      organizations,
      orchestrators,
      messages,
      heartbeats: this.liveState.heartbeatCounts(),
      uptime_sec: this.process.uptimeSec(),
      version: this.process.version,
    };
  }
}
