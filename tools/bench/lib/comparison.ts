import type { Row } from './bench-context.ts';
import { formatSpread, spread } from './stats.ts';

/** The rows of one figure, in the order of the rounds. */
interface Figure {
  before: number[];
  now: number[];
  unit: string;
}

/** Compares two builds that were measured in turn, round by round. */
export class Comparison {
  readonly #figures = new Map<string, Figure>();

  /** Adds the rows that one round of a scenario gave for both builds. */
  add(before: Row[], now: Row[]): void {
    for (const { figure, values, unit } of now) {
      const others = before.find((row) => row.figure === figure)?.values ?? [];
      const known = this.#figures.get(figure) ?? { before: [], now: [], unit };
      // Only what both gave can be compared.
      const count = Math.min(others.length, values.length);
      known.before.push(...others.slice(0, count));
      known.now.push(...values.slice(0, count));
      this.#figures.set(figure, known);
    }
  }

  /** Figures of both builds, and their ratio in each round, as a table in Markdown. */
  table(name: string): string {
    const lines = [...this.#figures].map(([figure, { before, now, unit }]) => {
      if (now.length === 0) return `| ${figure} | not taken | | |`;
      const ratios = now.map((value, round) => value / (before[round] ?? NaN));
      return `| ${figure} | ${formatSpread(spread(before), unit)} | ${formatSpread(spread(now), unit)} | ${formatSpread(spread(ratios))} × |`;
    });
    return [`| figure | ${name} | this | ratio of a round |`, '|---|---|---|---|', ...lines].join('\n');
  }
}
