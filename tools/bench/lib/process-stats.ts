import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** Kernel ticks a second; what utime and stime count in. */
const TICKS_PER_SEC = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** Fields of /proc/<pid>/stat from the third on: the second may contain spaces. */
function statFields(pid: number): string[] {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

/** CPU seconds of a process, all its threads, user and kernel (proc(5), fields 14 and 15). */
export function cpuSeconds(pid: number): number {
  const fields = statFields(pid);
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SEC;
}

/** Process id of the parent. */
export function parentOf(pid: number): number {
  return Number(statFields(pid)[1]);
}

/** CPU seconds of the living children of a process and of itself: PostgreSQL has one for each connection. */
export function cpuSecondsOfFamily(pid: number): number {
  let sum = cpuSeconds(pid);
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      if (parentOf(Number(name)) === pid) sum += cpuSeconds(Number(name));
    } catch {
      // It ended between the listing and the reading.
    }
  }
  return sum;
}

function statusKiB(pid: number, field: string): number {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]);
}

/** Resident memory in KiB. */
export function rssKiB(pid: number): number {
  return statusKiB(pid, 'VmRSS');
}

/** The most resident memory that the process ever had, in KiB. */
export function peakRssKiB(pid: number): number {
  return statusKiB(pid, 'VmHWM');
}

/** How many files, sockets included, a process of ours may have open. */
export function maxOpenFiles(): number {
  const text = readFileSync('/proc/self/limits', 'utf8');
  const hard = /^Max open files\s+\S+\s+(\S+)/m.exec(text)?.[1] ?? '0';
  // Node raises the soft limit to the hard one when it starts.
  return hard === 'unlimited' ? Infinity : Number(hard);
}
