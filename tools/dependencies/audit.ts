/**
 * `npm run audit`: known weaknesses of what this project depends on. One that is high or critical fails,
 * unless `allowed.json` excuses it until a day that has not come yet. Needs a registry that offers audits.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const SERIOUS = new Set(['high', 'critical']);

interface Excuse {
  advisory: string;
  until: string;
  because: string;
}

interface Advisory {
  url: string;
  severity: string;
  title: string;
  name?: string;
}

/** What `npm audit --json` writes, as far as it is used here. */
interface Report {
  /** An advisory, or the name of the dependency that has it. */
  vulnerabilities?: Record<string, { name: string; via: (Advisory | string)[] }>;
  message?: string;
  error?: { summary?: string };
}

const excuses = JSON.parse(readFileSync(new URL('./allowed.json', import.meta.url), 'utf8')) as Excuse[];
const { stdout } = spawnSync('npm', ['audit', '--json'], { encoding: 'utf8', maxBuffer: 1 << 28 });
const report = read(stdout);
if (!report?.vulnerabilities) {
  const reason = report?.message ?? report?.error?.summary ?? 'it did not answer with a report';
  process.stderr.write(`the registry offers no audit: ${reason}\n`);
  process.exit(2);
}

const today = new Date().toISOString().slice(0, 10);
const found = new Map<string, Advisory>();
for (const { name, via } of Object.values(report.vulnerabilities)) {
  for (const advisory of via) {
    if (typeof advisory !== 'object' || !SERIOUS.has(advisory.severity)) continue;
    found.set(advisory.url, { name: advisory.name ?? name, ...advisory });
  }
}
let open = 0;
for (const { url, name, severity, title } of found.values()) {
  const excuse = excuses.find((one) => one.advisory === url);
  const isExcused = excuse !== undefined && excuse.until >= today;
  if (!isExcused) open += 1;
  const note = excuse
    ? `${isExcused ? 'excused' : 'was excused'} until ${excuse.until}: ${excuse.because}`
    : 'open';
  process.stdout.write(`${severity}\t${name}\t${title}\t${url}\t${note}\n`);
}
process.stdout.write(`${found.size} high or critical, ${open} of them open\n`);
if (open > 0) process.exit(1);

function read(text: string): Report | undefined {
  try {
    return JSON.parse(text) as Report;
  } catch {
    return undefined;
  }
}
