import type { TestController } from './test-controller.js';

const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;

/** One line of what Prometheus reads. */
export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

/** Reads Prometheus's text format; fails on a line that is none of it. */
export function parseExposition(text: string): Sample[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name, labels = '', value] = SAMPLE.exec(line) ?? [];
      if (name === undefined) throw new Error(`not a sample: ${line}`);
      const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)];
      return {
        name,
        labels: Object.fromEntries(pairs.map(([, key = '', text = '']) => [key, text])),
        value: Number(value),
      };
    });
}

/** The figures of a controller as they are now. */
export class Figures {
  private constructor(readonly samples: Sample[]) {}

  static async of(controller: TestController): Promise<Figures> {
    const { text } = await controller.anonymous.get('/metrics').expect(200);
    return new Figures(parseExposition(text));
  }

  /** The value with (at least) these labels; undefined when there is none. */
  value(name: string, labels: Record<string, string> = {}): number | undefined {
    return this.samples.find(
      (sample) =>
        sample.name === name && Object.entries(labels).every(([key, text]) => sample.labels[key] === text),
    )?.value;
  }

  /** The values that a label has. */
  labels(name: string, label: string): string[] {
    const of = this.samples.filter((sample) => sample.name === name);
    return [...new Set(of.map(({ labels }) => labels[label] ?? ''))].sort();
  }
}
