import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { GeneratorActions } from '../generator/generator.ts';
import type { BareActions } from '../servers/bare.ts';
import { Child } from './child.ts';
import { Controller, type ControllerOptions } from './controller.ts';
import { cpuSeconds, maxOpenFiles } from './process-stats.ts';
import { formatSpread, spread } from './stats.ts';
import type { Server, Target } from './target.ts';

const BENCH = new URL('../', import.meta.url).pathname;
/** Files that a process needs besides its connections. */
const SPARE_FILES = 500;

/** Longer than the controller waits with a batch. */
const BATCH_MS = 1_200;
/** A process that spends less than this within a look is at rest. */
const QUIET_LOOK_MS = 300;
const QUIET_SEC = 0.03;

/** A figure cannot be taken on this machine. */
export class NotTaken extends Error {}

/** A process that loads a server. */
export type Load = Child<GeneratorActions>;

/** What the command line says. */
export interface BenchOptions {
  rounds: number;
  quick: boolean;
  /** Where profiles go, if there are to be any. */
  profileDir?: string | undefined;
  /** The controller's program, if it is not that of this workspace. */
  main?: string;
}

/** What some work gave, and the CPU seconds that a process spent meanwhile. */
export interface Measured<T> {
  cpuSec: number;
  result: T;
}

export type Scenario = (context: BenchContext) => Promise<Row[]>;

/** What every scenario works with. */
export class BenchContext {
  readonly rounds: number;
  readonly #quick: boolean;
  readonly #profileDir: string | undefined;
  readonly #main: string | undefined;

  constructor({ rounds, quick, profileDir, main }: BenchOptions) {
    this.rounds = rounds;
    this.#quick = quick;
    this.#profileDir = profileDir;
    this.#main = main;
  }

  /** `full` as a rule, `quick` while somebody waits. */
  pick(full: number, quick: number): number {
    return this.#quick ? quick : full;
  }

  /** Says what is going on. */
  note(text: string): void {
    process.stderr.write(`  ${text}\n`);
  }

  /** @throws NotTaken when a process may not have so many connections */
  needConnections(count: number): void {
    const limit = maxOpenFiles();
    if (limit >= count + SPARE_FILES) return;
    throw new NotTaken(
      `needs ${count + SPARE_FILES} open files, and this machine allows ${limit} (ulimit -Hn)`,
    );
  }

  /** The process that loads a server. */
  async generator(target: Target, prefix?: string): Promise<Load> {
    const child = new Child<GeneratorActions>([
      '--max-old-space-size=2048',
      join(BENCH, 'generator/generator.ts'),
    ]);
    await child.ask('target', { target, prefix });
    return child;
  }

  /** The bare server. */
  async bare(): Promise<Server> {
    const child = new Child<BareActions>([join(BENCH, 'servers/bare.ts')]);
    const port = await child.ask('port');
    return {
      pid: child.pid,
      target: { host: '127.0.0.1', port, path: '/ws' },
      stop: () => child.stop(),
    };
  }

  controller(options: ControllerOptions = {}): Promise<Controller> {
    return Controller.start(this.#main === undefined ? options : { main: this.#main, ...options });
  }

  /** CPU seconds that a process spends while `work` runs. */
  async cpuOf<T>(pid: number, work: () => Promise<T>): Promise<Measured<T>> {
    const before = cpuSeconds(pid);
    const result = await work();
    return { cpuSec: cpuSeconds(pid) - before, result };
  }

  /**
   * The same for what goes on after `work`: the log and the batch for the database are part of the price.
   */
  async cpuUntilQuiet<T>(pid: number, work: () => Promise<T>): Promise<Measured<T>> {
    const before = cpuSeconds(pid);
    const result = await work();
    await delay(BATCH_MS);
    for (let last = -1, now = cpuSeconds(pid); now - last > QUIET_SEC; now = cpuSeconds(pid)) {
      last = now;
      await delay(QUIET_LOOK_MS);
    }
    return { cpuSec: cpuSeconds(pid) - before, result };
  }

  /** Runs `work`; with `--profile` the controller's profile of it is kept. */
  async profiled<T>(controller: Controller, name: string, work: () => Promise<T>): Promise<T> {
    if (!this.#profileDir) return work();
    mkdirSync(this.#profileDir, { recursive: true });
    await controller.child.ask('startProfile');
    try {
      return await work();
    } finally {
      await controller.child.ask('stopProfile', { file: join(this.#profileDir, `${name}.cpuprofile`) });
    }
  }

  pause(ms: number): Promise<void> {
    return delay(ms);
  }
}

/** One line of the table. */
export interface Row {
  figure: string;
  result: string;
  target: string;
  verdict: string;
  remark: string;
  /** What each round gave; empty if it was not taken. */
  values: number[];
  unit: string;
}

export interface RowOptions {
  unit?: string;
  target: string;
  /** What the verdict says of the median. */
  isMet?: (median: number) => boolean;
  remark?: string;
}

/**
 * Makes a line of the table.
 * @param values what each round gave
 */
export function row(
  figure: string,
  values: number[],
  { unit = '', target, isMet, remark = '' }: RowOptions,
): Row {
  const result = spread(values);
  return {
    figure,
    result: formatSpread(result, unit),
    target,
    verdict: isMet === undefined ? '' : isMet(result.median) ? 'met' : 'missed',
    remark,
    values,
    unit,
  };
}
