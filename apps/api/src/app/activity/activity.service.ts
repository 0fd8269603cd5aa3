import { Injectable } from '@nestjs/common';
import type { FleetEvent, Page } from '@moolai/contracts';
import type { ActivityQueryDto } from '@moolai/dtos';
import { isInScope, type Scope } from '../../platform/access/scope.js';
import { FleetEvents } from '../events/index.js';

function matches(event: FleetEvent, query: ActivityQueryDto, search: string | undefined): boolean {
  const { orchestrator_id, organization_id, type, from, to } = query;
  if (orchestrator_id !== undefined && event.orchestrator_id !== orchestrator_id) return false;
  if (organization_id !== undefined && event.organization_id !== organization_id) return false;
  if (type !== undefined && event.type !== type) return false;
  if (from !== undefined && Date.parse(event.at) < Date.parse(from)) return false;
  if (to !== undefined && Date.parse(event.at) >= Date.parse(to)) return false;
  return search === undefined || event.summary.toLowerCase().includes(search);
}

/** Lists recent events from memory. */
@Injectable()
export class ActivityService {
  constructor(private readonly events: FleetEvents) {}

  /** One page, newest first. */
  list(query: ActivityQueryDto, scope: Scope): Page<FleetEvent> {
    const search = query.search?.toLowerCase();
    const first = (query.page - 1) * query.page_size;
    const items: FleetEvent[] = [];
    let total = 0;
    for (const event of this.events.newestFirst()) {
      if (!isInScope(scope, event.organization_id) || !matches(event, query, search)) continue;
      if (total >= first && items.length < query.page_size) items.push(event);
      total += 1;
    }
    return { items, total, page: query.page, page_size: query.page_size };
  }
}
