import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Child } from './child.mjs';
import { Controller } from './controller.mjs';
import { cpuSeconds, maxOpenFiles } from './process-stats.mjs';
import { formatSpread, spread } from './stats.mjs';

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

/** What every scenario works with. */
export class BenchContext {
  /** @param options of the command line */
  constructor({ rounds, quick, profileDir }) {
    this.rounds = rounds;
    this.quick = quick;
    this.profileDir = profileDir;
  }

  /** `full` as a rule, `quick` while somebody waits. */
  pick(full, quick) {
    return this.quick ? quick : full;
  }

  /** Says what is going on. */
  note(text) {
    process.stderr.write(`  ${text}\n`);
  }

  /** @throws NotTaken when a process may not have so many connections */
  needConnections(count) {
    const limit = maxOpenFiles();
    if (limit >= count + SPARE_FILES) return;
    throw new NotTaken(
      `needs ${count + SPARE_FILES} open files, and this machine allows ${limit} (ulimit -Hn)`,
    );
  }

  /** The process that loads a server. */
  async generator(target, prefix) {
    const child = new Child(['--max-old-space-size=2048', join(BENCH, 'generator/generator.mjs')]);
    await child.ask('target', { target, prefix });
    return child;
  }

  /** The bare server. */
  async bare() {
    const child = new Child([join(BENCH, 'servers/bare.mjs')]);
    const port = await child.ask('port');
    return {
      child,
      pid: child.pid,
      target: { host: '127.0.0.1', port, path: '/ws' },
      stop: () => child.stop(),
    };
  }

  controller(options) {
    return Controller.start(options);
  }

  /** CPU seconds that a process spends while `work` runs. */
  async cpuOf(pid, work) {
    const before = cpuSeconds(pid);
    const result = await work();
    return { cpuSec: cpuSeconds(pid) - before, result };
  }

  /**
   * The same for what goes on after `work`: the log and the batch for the database are part of the price.
   */
  async cpuUntilQuiet(pid, work) {
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
  async profiled(controller, name, work) {
    if (!this.profileDir) return work();
    mkdirSync(this.profileDir, { recursive: true });
    await controller.child.ask('startProfile');
    try {
      return await work();
    } finally {
      await controller.child.ask('stopProfile', { file: join(this.profileDir, `${name}.cpuprofile`) });
    }
  }

  pause(ms) {
    return delay(ms);
  }
}

/**
 * One line of the table.
 * @param values what each round gave
 * @param isMet what the verdict says of their median
 */
export function row(figure, values, { unit = '', target, isMet, remark = '' }) {
  const result = spread(values);
  return {
    figure,
    result: formatSpread(result, unit),
    target,
    verdict: isMet === undefined ? '' : isMet(result.median) ? 'met' : 'missed',
    remark,
  };
}
