/** One that waits, and what it waits for. */
interface Waiting<In, Out> {
  key: string;
  input: In;
  resolve: (output: Out) => void;
  reject: (error: unknown) => void;
}

/** Answers a batch in the order of its inputs; an `Error` in the place of an answer rejects that one only. */
export type BatchWork<In, Out> = (inputs: In[]) => Promise<(Out | Error)[]>;

/**
 * Gathers what comes while a batch is under way into the next one: under load many share a few
 * statements, and a single one waits for nobody. Never two of one key in the same batch, since they
 * concern the same row.
 */
export class BatchQueue<In, Out> {
  private waiting: Waiting<In, Out>[] = [];
  private isRunning = false;

  constructor(
    private readonly maxBatch: number,
    private readonly work: BatchWork<In, Out>,
  ) {}

  /** How many wait for the batch after the present one. */
  get size(): number {
    return this.waiting.length;
  }

  add(key: string, input: In): Promise<Out> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ key, input, resolve, reject });
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
    for (const one of this.waiting) {
      if (batch.length >= this.maxBatch || keys.has(one.key)) {
        rest.push(one);
      } else {
        keys.add(one.key);
        batch.push(one);
      }
    }
    this.waiting = rest;
    return batch;
  }

  private async runBatch(batch: Waiting<In, Out>[]): Promise<void> {
    try {
      const outputs = await this.work(batch.map(({ input }) => input));
      for (const [index, { resolve, reject }] of batch.entries()) {
        const output = outputs[index];
        if (output === undefined || output instanceof Error) reject(output ?? new Error('no answer'));
        else resolve(output);
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}
