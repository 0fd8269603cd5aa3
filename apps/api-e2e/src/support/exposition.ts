import type { TestController } from './test-controller.js';

const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;

/** One sample of Prometheus's text format. */
export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

/** Parses Prometheus's text format; throws on an invalid line. */
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

/** The metrics of a controller at one moment. */
export class Figures {
  private constructor(readonly samples: Sample[]) {}

  static async of(controller: TestController): Promise<Figures> {
    const { text } = await controller.anonymous.get('/metrics').expect(200);
    return new Figures(parseExposition(text));
  }

  /** The value of the sample that has at least these labels; undefined if there is none. */
  value(name: string, labels: Record<string, string> = {}): number | undefined {
    return this.samples.find(
      (sample) =>
        sample.name === name && Object.entries(labels).every(([key, text]) => sample.labels[key] === text),
    )?.value;
  }

  /** All values of a label. */
  labels(name: string, label: string): string[] {
    const of = this.samples.filter((sample) => sample.name === name);
    return [...new Set(of.map(({ labels }) => labels[label] ?? ''))].sort();
  }
}
