import { computed, inject, Injectable, signal, untracked } from '@angular/core';
import { injectAddress } from '../../core/address';
import { API } from '../../core/http/api-operations';
import { apiResource } from '../../core/http/api-resource';
import { ServerClock } from '../../core/time/server-clock';
import { auditFilterOf, auditQueryOf } from './audit-query';

/** One page of the audit, as the address asks for it. It stands still: whoever reads evidence wants no motion. */
@Injectable()
export class AuditStore {
  private readonly clock = inject(ServerClock);
  /** A question is about one moment: "the last hour" does not move while somebody turns pages. */
  private readonly askedMs = signal(untracked(this.clock.nowMs));

  readonly address = injectAddress();
  readonly filter = computed(() => auditFilterOf(this.address.params(), this.askedMs()));
  readonly query = computed(() => auditQueryOf(this.address.params(), this.address.page(), this.askedMs()), {
    equal: (a, b) => JSON.stringify(a) === JSON.stringify(b),
  });
  readonly list = apiResource(API.audit, () => ({ query: this.query() }), { keepsOld: true });
  readonly selected = computed(() => {
    const position = Number(this.address.params()['entry']);
    return this.list.value()?.items.find((entry) => entry.position === position) ?? null;
  });
  readonly isFiltered = computed(() => Object.keys(this.filter()).length > 0);

  /** Asks again, up to now. */
  refresh(): void {
    this.askedMs.set(this.clock.nowMs());
    this.list.reload();
  }
}
