/**
 * `npm run lighthouse`: audits the built console as the controller serves it, on a desktop. Prints a table, writes
 * it into docs/console.md, and fails below the bars. Apart from `npm test`, because speed is measured and needs a
 * machine that does nothing else.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import chromium from '@sparticuz/chromium';
import lighthouse, { desktopConfig, type Result } from 'lighthouse';
import { chromium as playwright, type BrowserContext } from 'playwright-core';
import { ControllerProcess, freePort, newDataDir, removeDataDir, waitUntil } from '@moolai/testing';
import { writeGeneratedPart } from '../docs/generated-part.ts';

const EMAIL = 'admin@moolai.local';
const PASSWORD = 'the password of lighthouse';
const PAGES: [name: string, path: string][] = [
  ['sign-in', '/sign-in'],
  ['home', '/'],
  ['orchestrators', '/orchestrators'],
  ['orchestrator', '/orchestrators/orch-001'],
  ['organizations', '/organizations'],
  ['configuration', '/configuration'],
  ['messages', '/messages'],
];
const BARS = { performance: 95, accessibility: 100, 'best-practices': 100 };
type Category = keyof typeof BARS;
const CATEGORIES = Object.keys(BARS) as Category[];
/** Speed varies; the middle one of these counts. */
const ROUNDS = 3;
/** The live stream never ends, so that Lighthouse would wait for a quiet network as long as it may. */
const LOADED_WITHIN_MS = 8_000;

/** One audit of a page. */
type Round = Pick<Result, 'categories' | 'audits'>;

/** The details of an audit that lists elements of the page; Lighthouse has a dozen other shapes. */
interface Details {
  items?: { node?: { snippet?: string }; description?: string }[];
}

interface PageResult {
  name: string;
  scores: Record<Category, number>;
  paint: number;
  largest: number;
  blocked: number;
  shift: number;
  kilobytes: number;
  findings: Set<string>;
}

// Ending this process ends the controller, too.
process.once('SIGTERM', () => process.exit(1));
process.once('SIGINT', () => process.exit(1));
process.once('exit', () => ControllerProcess.killLeftovers());

const dataDir = newDataDir();
const controller = new ControllerProcess(await freePort(), dataDir, {
  DEMO_FLEET: '6',
  SUPERADMIN_PASSWORD: PASSWORD,
  HEARTBEAT_INTERVAL_SEC: '10',
  HEARTBEAT_TTL_SEC: '60',
});
const url = `http://127.0.0.1:${controller.port}`;
const results: PageResult[] = [];
try {
  await controller.untilHealthy();
  await waitUntil('the fleet is there', async () => {
    const { total } = await controller.get<{ total: number }>('/controller/orchestrators');
    return total === 6;
  });
  for (const [name, path] of PAGES) {
    const rounds: Round[] = [];
    for (let round = 0; round < ROUNDS; round++) rounds.push(await audit(path, path !== '/sign-in'));
    const result = middle(name, rounds);
    results.push(result);
    report(result);
  }
} finally {
  controller.signal('SIGTERM');
  await controller.untilExit();
  removeDataDir(dataDir);
}
await write(results);
const isBelow = results.some(({ scores }) =>
  CATEGORIES.some((category) => scores[category] < BARS[category]),
);
process.exit(isBelow ? 1 : 0);

/** Audits a page once, in a browser of its own: one that has nothing in its cache. */
async function audit(path: string, isSignedIn: boolean): Promise<Round> {
  const profile = mkdtempSync(join(tmpdir(), 'moolai-lighthouse-'));
  const port = await freePort();
  // Signs in here, so that the page of Lighthouse in the same browser has the cookie.
  const context = await playwright.launchPersistentContext(profile, {
    executablePath: await chromium.executablePath(),
    args: [
      ...chromium.args.filter((argument) => argument !== '--single-process'),
      `--remote-debugging-port=${port}`,
    ],
    headless: true,
  });
  try {
    if (isSignedIn) await signIn(context);
    const outcome = await lighthouse(
      url + path,
      { port, logLevel: 'error', onlyCategories: CATEGORIES, maxWaitForLoad: LOADED_WITHIN_MS },
      desktopConfig,
    );
    if (!outcome) throw new Error(`${path}: Lighthouse gave no result`);
    const { categories, audits, finalDisplayedUrl, runtimeError } = outcome.lhr;
    if (runtimeError) throw new Error(`${path}: ${runtimeError.message}`);
    if (finalDisplayedUrl !== url + path) throw new Error(`${path} led to ${finalDisplayedUrl}`);
    return { categories, audits };
  } finally {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  }
}

async function signIn(context: BrowserContext): Promise<void> {
  const page = await context.newPage();
  await page.goto(`${url}/sign-in`);
  await page.getByLabel('E-mail address').fill(EMAIL);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Home', level: 1 }).waitFor();
  await page.close();
}

/** Of several rounds the one with the middle speed; a finding of any of them is one. */
function middle(name: string, rounds: Round[]): PageResult {
  const bySpeed = rounds.toSorted((a, b) => score(a, 'performance') - score(b, 'performance'));
  const round = middleOf(bySpeed);
  const worst = (category: Category): number => Math.min(...rounds.map((one) => score(one, category)));
  return {
    name,
    scores: {
      performance: score(round, 'performance'),
      accessibility: worst('accessibility'),
      'best-practices': worst('best-practices'),
    },
    paint: figure(round, 'first-contentful-paint'),
    largest: figure(round, 'largest-contentful-paint'),
    blocked: figure(round, 'total-blocking-time'),
    shift: figure(round, 'cumulative-layout-shift'),
    kilobytes: figure(round, 'total-byte-weight') / 1_000,
    findings: new Set(rounds.flatMap(findings)),
  };
}

function middleOf(rounds: Round[]): Round {
  const round = rounds[Math.floor(rounds.length / 2)];
  if (!round) throw new Error('no rounds');
  return round;
}

/** From 0 to 100. */
function score({ categories }: Round, category: Category): number {
  return Math.round((categories[category]?.score ?? 0) * 100);
}

function figure({ audits }: Round, name: string): number {
  const value = audits[name]?.numericValue;
  if (value === undefined) throw new Error(`Lighthouse did not measure ${name}`);
  return value;
}

/** What keeps a page from a full score in what is no matter of speed, and what costs speed. */
function findings({ categories, audits }: Round): string[] {
  return Object.values(categories).flatMap(({ id, auditRefs }) =>
    auditRefs
      .filter(({ weight }) => weight > 0)
      .map((reference) => audits[reference.id])
      .filter((found) => found !== undefined)
      .filter((found) => found.score !== null && found.score < (id === 'performance' ? 0.9 : 1))
      .map(({ id: audit, title, displayValue, details }) => {
        const { items = [] } = (details ?? {}) as Details;
        const nodes = items.map((item) => item.node?.snippet ?? item.description ?? '');
        return [`${audit}: ${title}`, displayValue, ...nodes.slice(0, 3)].filter(Boolean).join(' | ');
      }),
  );
}

function report(page: PageResult): void {
  const { name, scores, paint, largest, blocked, shift, kilobytes, findings: found } = page;
  const figures = `paint ${paint.toFixed(0)} ms, largest ${largest.toFixed(0)} ms, blocked ${blocked.toFixed(0)} ms, shift ${shift.toFixed(3)}, ${kilobytes.toFixed(0)} kB`;
  process.stdout.write(`${name}: ${Object.values(scores).join(' / ')} (${figures})\n`);
  for (const finding of found) process.stdout.write(`  ${finding}\n`);
}

async function write(pages: PageResult[]): Promise<void> {
  const rows = pages.map(
    ({ name, scores, paint, largest, blocked, shift, kilobytes }) =>
      `| ${[name, ...Object.values(scores), `${paint.toFixed(0)} ms`, `${largest.toFixed(0)} ms`, `${blocked.toFixed(0)} ms`, shift.toFixed(3), `${kilobytes.toFixed(0)} kB`].join(' | ')} |`,
  );
  const table = [
    '| page | performance | accessibility | best practices | first paint | largest paint | blocked | shift | transfer |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
  await writeGeneratedPart('console.md', 'npm run lighthouse', table);
}
