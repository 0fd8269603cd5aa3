import { AsyncLocalStorage } from 'node:async_hooks';

/** The caller of batch statements, which compete for connections like one request. */
export const BATCHES = 'batches';

/** Result of abandoning work: it changed nothing, or that is unknown. */
export type Verdict = 'undone' | 'unknown';

/** A part of a piece of work: a wait for a connection, or a running statement. */
export interface WorkPart {
  /** Ends it immediately, and returns whether it may have changed something. */
  abandon(): Verdict;
}

/** The work was abandoned because its caller was already answered. */
export class WorkAbandonedError extends Error {
  constructor() {
    super('its caller was answered before it was done');
    this.name = 'WorkAbandonedError';
  }
}

/** All database work for one request or batch, which can be abandoned as a whole. */
export class Work implements WorkPart {
  private readonly parts = new Set<WorkPart>();
  private isUncertain = false;
  private isOver = false;
  /** True if its caller was answered before it was done. */
  wasAbandoned = false;

  /** @param caller competes with others for connections */
  constructor(readonly caller: string) {}

  /** True from the moment it is abandoned until its handler has ended. */
  get isAbandoned(): boolean {
    return this.wasAbandoned && !this.isOver;
  }

  get verdict(): Verdict {
    return this.isUncertain ? 'unknown' : 'undone';
  }

  /** Adds a part; returns a function that removes it. */
  join(part: WorkPart): () => void {
    this.parts.add(part);
    return () => this.parts.delete(part);
  }

  /** Something was changed, or may have been. */
  doubt(): void {
    this.isUncertain = true;
  }

  /** The handler has ended. Work that outlives it in its context, such as a loop, continues. */
  end(): void {
    this.isOver = true;
  }

  abandon(): Verdict {
    this.wasAbandoned = true;
    for (const part of [...this.parts]) if (part.abandon() === 'unknown') this.doubt();
    return this.verdict;
  }
}

const present = new AsyncLocalStorage<Work>();

/** The work of the current code. */
export function currentWork(): Work | undefined {
  return present.getStore();
}

/** Runs `action`, and everything that it awaits, as part of `work`. */
export function within<T>(work: Work, action: () => T): T {
  return present.run(work, action);
}
