import { BATCHES, currentWork, within, Work, WorkAbandonedError } from '../database/work.js';
import { BatchPace } from './batch-pace.js';
import type { ByteBudget } from './byte-budget.js';

/** A waiting input and its promise. */
interface Waiting<In, Out> {
  key: string;
  input: In;
  bytes: number;
  resolve: (output: Out) => void;
  reject: (error: Error) => void;
  /** The work that it belongs to; undefined if no request waits for it. */
  work: Work | undefined;
}

/**
 * Processes a batch and returns the results in the order of the inputs; an `Error` as a result rejects that input only.
 */
export type BatchWork<In, Out> = (inputs: In[]) => Promise<(Out | Error)[]>;

/** Limits of a queue and of a batch. */
export interface BatchWeights<In> {
  bytesOf: (input: In) => number;
  /** Maximum size of a batch; a single larger input forms a batch of its own. */
  maxBatchBytes: number;
  /** Budget for waiting and running inputs. */
  budget: ByteBudget;
  /** The owner whose share of the budget an input uses. */
  ownerOf?: (input: In) => string;
}

/** An input did not fit into the budget and was refused. */
export class QueueFull extends Error {}

/**
 * Collects the inputs that arrive during a batch into the next one: under load many inputs share a few statements, and
 * a single input does not wait. Never puts two inputs with one key into the same batch, because they concern the same
 * row.
 */
export class BatchQueue<In, Out> {
  private waiting: Waiting<In, Out>[] = [];
  private isRunning = false;
  /** The running batch. */
  private present = new Work(BATCHES);

  constructor(
    private readonly maxBatch: number,
    private readonly work: BatchWork<In, Out>,
    private readonly weights?: BatchWeights<In>,
    private readonly pace = new BatchPace(0),
  ) {}

  /** Number of inputs waiting for the next batch. */
  get size(): number {
    return this.waiting.length;
  }

  /**
   * Rejects with {@link QueueFull} if the input does not fit. An input whose work is abandoned is skipped if it is
   * still waiting; if its batch is running, the whole batch is abandoned.
   */
  async add(key: string, input: In): Promise<Out> {
    const { weights } = this;
    if (!weights) return this.enqueue(key, input, 0);
    const bytes = weights.bytesOf(input);
    const owner = weights.ownerOf?.(input);
    if (!weights.budget.reserve(bytes, owner)) throw new QueueFull('too much is waiting to be stored');
    try {
      return await this.enqueue(key, input, bytes);
    } finally {
      weights.budget.release(bytes, owner);
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
    // Inputs from the same socket read belong in one batch.
    await new Promise(setImmediate);
    while (this.waiting.length > 0) {
      if (this.waiting.length < this.maxBatch) await this.pace.wait();
      const batch = this.nextBatch();
      // Those that waited may have been abandoned meanwhile.
      if (batch.length > 0) await this.runBatch(batch);
      this.pace.ended(batch.length, this.waiting.length);
    }
    this.isRunning = false;
  }

  private nextBatch(): Waiting<In, Out>[] {
    const keys = new Set<string>();
    const batch: Waiting<In, Out>[] = [];
    const rest: Waiting<In, Out>[] = [];
    const maxBytes = this.weights?.maxBatchBytes ?? Infinity;
    let bytes = 0;
    let isFull = false;
    for (const one of this.waiting) {
      // Later inputs do not overtake one that did not fit.
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
    // A separate work: each waiting caller is answered and abandoned on its own.
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
