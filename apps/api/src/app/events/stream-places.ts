import type { Principal } from '../../platform/access/principal.js';
import { AppError } from '../../platform/errors/app-error.js';

/** Limits of concurrent live streams. */
export interface StreamShares {
  /** Per process: each reader costs a socket and a copy of every event. */
  total: number;
  /** Reserved for principals who see the whole fleet, so that tenants cannot lock out operators. */
  reserved: number;
  /** Per organization, because its admins can create any number of users and API tokens. */
  organization: number;
  /** Per user or API token: the console opens one per tab. */
  principal: number;
}

export const STREAM_SHARES: StreamShares = { total: 500, reserved: 50, organization: 200, principal: 10 };

/** Retry delay of a refused reader. Places become free when another stream closes, at an unknown time. */
const RETRY_AFTER_SEC = 10;

/** Counts live streams, so that no user or organization takes them all. */
export class StreamPlaces {
  private open = 0;
  private openOfScoped = 0;
  private readonly byPrincipal = new Map<string, number>();
  private readonly byOrganization = new Map<string, number>();

  constructor(private readonly shares: StreamShares = STREAM_SHARES) {}

  /**
   * Reserves a place.
   * @returns a function that returns it; repeated calls have no effect
   * @throws AppError `rate_limited` if the principal or its organization reached its limit, `unavailable` if all places
   * are reserved
   */
  reserve({ kind, id, scope }: Pick<Principal, 'kind' | 'id' | 'scope'>): () => void {
    const key = `${kind} ${id}`;
    this.assertFree(key, scope);
    this.add(key, scope, 1);
    let isTaken = true;
    return () => {
      if (isTaken) this.add(key, scope, -1);
      isTaken = false;
    };
  }

  private assertFree(key: string, scope: Principal['scope']): void {
    const own = this.byPrincipal.get(key) ?? 0;
    if (own >= this.shares.principal) {
      throw tooMany(`You have ${own} live streams open, which is the limit for one user or token`);
    }
    for (const organization of scope ?? []) {
      const theirs = this.byOrganization.get(organization) ?? 0;
      if (theirs < this.shares.organization) continue;
      throw tooMany(
        `Organization ${organization} has ${theirs} live streams open, which is the limit for one organization`,
      );
    }
    const isFull =
      this.open >= this.shares.total ||
      (scope !== null && this.openOfScoped >= this.shares.total - this.shares.reserved);
    if (isFull) {
      const detail = `All live streams of the controller are taken; try again in ${RETRY_AFTER_SEC} s.`;
      throw new AppError('unavailable', detail, undefined, RETRY_AFTER_SEC);
    }
  }

  private add(key: string, scope: Principal['scope'], count: number): void {
    this.open += count;
    if (scope !== null) this.openOfScoped += count;
    addTo(this.byPrincipal, key, count);
    for (const organization of scope ?? []) addTo(this.byOrganization, organization, count);
  }
}

function addTo(counts: Map<string, number>, key: string, count: number): void {
  const sum = (counts.get(key) ?? 0) + count;
  if (sum > 0) counts.set(key, sum);
  else counts.delete(key);
}

function tooMany(what: string): AppError {
  const detail = `${what}. Close one, or try again in ${RETRY_AFTER_SEC} s.`;
  return new AppError('rate_limited', detail, undefined, RETRY_AFTER_SEC);
}
