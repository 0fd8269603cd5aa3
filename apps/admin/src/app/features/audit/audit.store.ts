import { computed, inject, Injectable, signal, untracked } from '@angular/core';
import { AUDIT_SORT_FIELDS } from '@moolai/contracts';
import { injectAddressList } from '../../core/http/address-list';
import { API } from '../../core/http/api-operations';
import { ServerClock } from '../../core/time/server-clock';
import { auditFilterOf, FILTERS } from './audit-query';

/** One page of the audit log, according to the URL. Not live, because evidence should not move. */
@Injectable()
export class AuditStore {
  private readonly clock = inject(ServerClock);
  /** The time of the request: "the last hour" does not move while paging. */
  private readonly askedMs = signal(untracked(this.clock.nowMs));

  readonly list = injectAddressList(API.listAuditEntries, {
    filters: FILTERS,
    filterOf: (params) => auditFilterOf(params, this.askedMs()),
    order: { by: AUDIT_SORT_FIELDS, usual: '-position' },
    filterDrops: ['entry'],
    pageDrops: ['entry'],
  });
  readonly selected = computed(() => {
    const position = Number(this.list.address.params()['entry']);
    return this.list.items().find((entry) => entry.position === position) ?? null;
  });

  /** Requests again, up to now. */
  refresh(): void {
    this.askedMs.set(this.clock.nowMs());
    this.list.reload();
  }
}
