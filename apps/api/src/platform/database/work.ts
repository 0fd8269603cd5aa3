import { AsyncLocalStorage } from 'node:async_hooks';

/** Who does the statements of batches: they share the connections with requests as one more caller. */
export const BATCHES = 'batches';

/** What became of work that was given up: it changed nothing, or that cannot be told. */
export type Verdict = 'undone' | 'unknown';

/** Something that is done for a piece of work: it waits for a connection, or a statement runs. */
export interface WorkPart {
  /** Ends it at once, and says whether it may have changed something. */
  abandon(): Verdict;
}

/** Its caller was answered: nothing more may be done for it. */
export class WorkAbandonedError extends Error {
  constructor() {
    super('its caller was answered before it was done');
    this.name = 'WorkAbandonedError';
  }
}

/** All that the database does for one request, or for one batch: it can be given up, and says what that means. */
export class Work implements WorkPart {
  private readonly parts = new Set<WorkPart>();
  private isUncertain = false;
  private isOver = false;
  /** True when its caller was answered before it was done. */
  wasAbandoned = false;

  /** @param caller who shares the connections fairly with others */
  constructor(readonly caller: string) {}

  /** True from the moment when it is given up until its handler has ended. */
  get isAbandoned(): boolean {
    return this.wasAbandoned && !this.isOver;
  }

  get verdict(): Verdict {
    return this.isUncertain ? 'unknown' : 'undone';
  }

  /** Adds a part; gives what takes it away when it is done. */
  join(part: WorkPart): () => void {
    this.parts.add(part);
    return () => this.parts.delete(part);
  }

  /** Something was changed, or may have been. */
  doubt(): void {
    this.isUncertain = true;
  }

  /** Its handler has ended. What runs on in its context, such as a loop that it started, is not ended with it. */
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

/** The work that the running code belongs to. */
export function currentWork(): Work | undefined {
  return present.getStore();
}

/** Runs `action`, and all that it awaits, as part of `work`. */
export function within<T>(work: Work, action: () => T): T {
  return present.run(work, action);
}
