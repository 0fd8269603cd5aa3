import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = new URL('../../../', import.meta.url).pathname;

/** One instruction, with its continuation lines joined. */
export interface Instruction {
  name: string;
  rest: string;
}

/** One `FROM` with its instructions. */
export interface Stage {
  /** `AS`; empty for the last one. */
  name: string;
  image: string;
  instructions: Instruction[];
}

/** A file copied into an image. */
export interface Copy {
  /** A stage; undefined for the repository. */
  from: string | undefined;
  sources: string[];
  target: string;
}

/** A parsed Dockerfile, as far as ours need it. */
export class Dockerfile {
  readonly stages: Stage[] = [];
  readonly arguments: Record<string, string> = {};

  /** @param given values of build arguments */
  constructor(name: string, given: Record<string, string> = {}) {
    const text = readFileSync(join(ROOT, 'docker', name), 'utf8');
    const lines = text
      .replace(/^#.*\n/gm, '')
      .replace(/\\\n\s*/g, ' ')
      .split('\n');
    for (const line of lines) {
      const [, keyword, rest] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
      if (keyword === undefined || rest === undefined) continue;
      if (keyword === 'FROM') {
        const [image = '', , stage = ''] = rest.split(' ');
        this.stages.push({ name: stage, image: this.expand(image), instructions: [] });
      } else if (keyword === 'ARG') {
        const [argument = '', value = ''] = rest.split('=');
        this.arguments[argument] = given[argument] ?? value;
      } else this.stages.at(-1)?.instructions.push({ name: keyword, rest });
    }
  }

  stage(name: string): Stage {
    const found = this.stages.find((stage) => stage.name === name);
    if (!found) throw new Error(`there is no stage "${name}"`);
    return found;
  }

  /** The stage that becomes the image. */
  get last(): Stage {
    return this.stage('');
  }

  private expand(text: string): string {
    return text.replace(/\$\{(\w+)\}/g, (_, name: string) => this.arguments[name] ?? '');
  }
}

/** The arguments of all instructions of one kind. */
export function valuesOf({ instructions }: Stage, name: string): string[] {
  return instructions.filter((one) => one.name === name).map(({ rest }) => rest);
}

/** The copied files of a stage. */
export function copies(stage: Stage): Copy[] {
  return valuesOf(stage, 'COPY').map((rest) => {
    const words = rest.split(' ');
    const from = words[0]?.startsWith('--from=') ? words.shift()?.slice('--from='.length) : undefined;
    const target = words.pop() ?? '';
    return { from, sources: words, target };
  });
}

/** The settings of a stage's `ENV`. */
export function environmentOf(stage: Stage): Record<string, string> {
  const pairs = valuesOf(stage, 'ENV').flatMap((rest) => [...rest.matchAll(/(\w+)=(\S+)/g)]);
  return Object.fromEntries(pairs.map(([, name = '', value = '']) => [name, value]));
}
