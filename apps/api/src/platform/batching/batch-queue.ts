import { BATCHES, currentWork, within, Work, WorkAbandonedError } from '../database/work.js';
import type { ByteBudget } from './byte-budget.js';

/** One that waits, and what it waits for. */
interface Waiting<In, Out> {
  key: string;
  input: In;
  bytes: number;
  resolve: (output: Out) => void;
  reject: (error: Error) => void;
  /** What it is part of; nothing when no request waits for it. */
  work: Work | undefined;
}

/** Answers a batch in the order of its inputs; an `Error` in the place of an answer rejects that one only. */
export type BatchWork<In, Out> = (inputs: In[]) => Promise<(Out | Error)[]>;

/** How much a queue and a batch may hold. */
export interface BatchWeights<In> {
  bytesOf: (input: In) => number;
  /** A batch takes no more than this, or a single one that has more. */
  maxBatchBytes: number;
  /** What waits and what is under way. */
  budget: ByteBudget;
  /** Who sent it, where each has a share of the budget. */
  ownerOf?: (input: In) => string;
}

/** What was to be added does not fit into the budget; nothing was taken. */
export class QueueFull extends Error {}

/**
 * Gathers what comes while a batch is under way into the next one: under load many share a few
 * statements, and a single one waits for nobody. Never two of one key in the same batch, since they
 * concern the same row.
 */
export class BatchQueue<In, Out> {
  private waiting: Waiting<In, Out>[] = [];
  private isRunning = false;
  /** The batch that is under way. */
  private present = new Work(BATCHES);

  constructor(
    private readonly maxBatch: number,
    private readonly work: BatchWork<In, Out>,
    private readonly weights?: BatchWeights<In>,
  ) {}

  /** How many wait for the batch after the present one. */
  get size(): number {
    return this.waiting.length;
  }

  /**
   * Rejects with {@link QueueFull} when it does not fit. One whose work is given up while it waits is not done; while it
   * is under way, its whole batch is given up.
   */
  async add(key: string, input: In): Promise<Out> {
    const { weights } = this;
    if (!weights) return this.enqueue(key, input, 0);
    const bytes = weights.bytesOf(input);
    const owner = weights.ownerOf?.(input);
    if (!weights.budget.take(bytes, owner)) throw new QueueFull('too much waits to be stored');
    try {
      return await this.enqueue(key, input, bytes);
    } finally {
      weights.budget.give(bytes, owner);
    }
  }

  private enqueue(key: string, input: In, bytes: number): Promise<Out> {
    return new Promise((resolve, reject) => {
      const work = currentWork();
      const one: Waiting<In, Out> = {
        key,
        input,
        bytes,
        work,
        resolve: (output) => {
          leave?.();
          resolve(output);
        },
        reject: (error) => {
          leave?.();
          reject(error);
        },
      };
      const leave = work?.join({
        abandon: () => {
          const position = this.waiting.indexOf(one);
          if (position < 0) return this.present.abandon();
          this.waiting.splice(position, 1);
          one.reject(new WorkAbandonedError());
          return 'undone';
        },
      });
      this.waiting.push(one);
      if (!this.isRunning) void this.run();
    });
  }

  private async run(): Promise<void> {
    this.isRunning = true;
    // What came with the same read of the sockets belongs together.
    await new Promise(setImmediate);
    while (this.waiting.length > 0) await this.runBatch(this.takeBatch());
    this.isRunning = false;
  }

  private takeBatch(): Waiting<In, Out>[] {
    const keys = new Set<string>();
    const batch: Waiting<In, Out>[] = [];
    const rest: Waiting<In, Out>[] = [];
    const maxBytes = this.weights?.maxBatchBytes ?? Infinity;
    let bytes = 0;
    let isFull = false;
    for (const one of this.waiting) {
      // Nothing passes one that did not fit: they keep their order.
      isFull ||= batch.length >= this.maxBatch || (batch.length > 0 && bytes + one.bytes > maxBytes);
      if (isFull || keys.has(one.key)) {
        rest.push(one);
      } else {
        keys.add(one.key);
        batch.push(one);
        bytes += one.bytes;
      }
    }
    this.waiting = rest;
    return batch;
  }

  private async runBatch(batch: Waiting<In, Out>[]): Promise<void> {
    // A work of its own: those who wait for it are answered, and given up, each for itself.
    const present = (this.present = new Work(BATCHES));
    try {
      const outputs = await within(present, () => this.work(batch.map(({ input }) => input)));
      for (const [index, { resolve, reject, work }] of batch.entries()) {
        const output = outputs[index];
        if (output !== undefined && !(output instanceof Error)) {
          resolve(output);
          continue;
        }
        if (present.verdict === 'unknown') work?.doubt();
        reject(output instanceof Error ? output : new Error('no answer'));
      }
    } catch (error) {
      for (const { reject, work } of batch) {
        if (present.verdict === 'unknown') work?.doubt();
        reject(error as Error);
      }
    } finally {
      present.end();
    }
  }
}
