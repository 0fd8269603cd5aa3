const FAULTS_MAX = 200;

/** What went against a promise, in the order in which it was seen. */
export class Ledger {
  readonly faults: string[] = [];

  fault(text: string): void {
    if (this.faults.length < FAULTS_MAX) this.faults.push(text);
    process.stderr.write(`  FAULT ${text}\n`);
  }
}

/** How often each thing happened. */
export type Counts = Record<string, number>;

export function count(counts: Counts, what: string | number): void {
  counts[what] = (counts[what] ?? 0) + 1;
}
