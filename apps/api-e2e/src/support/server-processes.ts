import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The postmaster of an embedded database and everything that it has forked. */
export function serverProcesses(dataDir: string): number[] {
  const postmaster = Number(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1]) === postmaster;
      } catch {
        // It has ended meanwhile.
        return false;
      }
    });
  return [postmaster, ...children.map(Number)];
}
