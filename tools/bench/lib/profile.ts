import { readdirSync, readFileSync } from 'node:fs';
import type { Profiler } from 'node:inspector';
import { basename, join } from 'node:path';

const TOP = 25;

interface Summary {
  busyMs: number;
  functions: { name: string; percent: number }[];
}

/** Where the time of a profile went: functions by the share of samples that ended in them. */
function topFunctions(profile: Profiler.Profile): Summary {
  const self = new Map<string, number>();
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  let total = 0;
  for (const [index, id] of (profile.samples ?? []).entries()) {
    const callFrame = nodes.get(id)?.callFrame;
    const us = profile.timeDeltas?.[index] ?? 0;
    if (!callFrame) continue;
    if (callFrame.functionName === '(idle)' || callFrame.url === 'node:inspector') continue;
    total += us;
    const file = callFrame.url.replace(/^.*\/node_modules\//, '').replace(/^.*\/dist\//, '');
    const name = `${callFrame.functionName || '(anonymous)'} ${file}${file ? `:${callFrame.lineNumber + 1}` : ''}`;
    self.set(name, (self.get(name) ?? 0) + us);
  }
  return {
    busyMs: total / 1000,
    functions: [...self]
      .sort(([, a], [, b]) => b - a)
      .map(([name, us]) => ({ name, percent: (us / total) * 100 })),
  };
}

/** The first functions of all profiles of a directory, as text. */
export function summarize(dir: string): string {
  const files = readdirSync(dir).filter((name) => name.endsWith('.cpuprofile'));
  const parts = files.map((name) => {
    const { busyMs, functions } = topFunctions(
      JSON.parse(readFileSync(join(dir, name), 'utf8')) as Profiler.Profile,
    );
    const lines = functions
      .slice(0, TOP)
      .map((one) => `  ${one.percent.toFixed(1).padStart(5)} %  ${one.name}`);
    return [`${basename(name, '.cpuprofile')} (busy ${busyMs.toFixed(0)} ms)`, ...lines].join('\n');
  });
  return parts.join('\n\n');
}
