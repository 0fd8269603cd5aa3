import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The process ids of an embedded database: the postmaster and all of its children. */
export function serverProcesses(dataDir: string): number[] {
  const postmaster = Number(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1]) === postmaster;
      } catch {
        // The process ended in the meantime.
        return false;
      }
    });
  return [postmaster, ...children.map(Number)];
}
