import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = new URL('../../../../', import.meta.url).pathname;
const PRODUCTION = ['apps/api/src', 'libs/orchestrator-client/src', 'apps/fleet-simulator/src'];

/** What makes something that emits `error`, and what a file that does so must have besides. */
const EMITTERS: [what: string, made: RegExp, handled: RegExp][] = [
  ['a client of PostgreSQL', /new pg\.Client\(/, /\.on\('error'/],
  ['a WebSocket', /new WebSocket\(/, /\.on\('error'/],
  ['a WebSocket server', /new WebSocketServer\(/, /\.on\('error'/],
  ['a server', /\bcreateServer\(/, /\.(once|on)\('error'/],
  ['a child process', /[^.\w](spawn|fork)\(/, /\.on\('error'|startDetached/],
  ['a file as a stream', /create(Read|Write)Stream\(/, /\bpipeline\(/],
  ['compression', /\bcreate(Gzip|Gunzip)\(/, /\bpipeline\(/],
  ['a watched directory', /[^.\w]watch\(dirname/, /\.on\('error'/],
  ['an upgraded socket', /\.on\('upgrade'/, /socket\.on\('error'/],
];

/** A call whose promise is thrown away; answers of Fastify are no promises, only look like them. */
const NOT_AWAITED = /\bvoid (?!reply\b|response\b)(?:[\w.]+\.)?(\w+)\(/g;
/** What looks the same and is no promise; Fastify's JSON parser calls back. */
const NO_PROMISE = new Set(['destroy', 'parse']);

interface Source {
  path: string;
  text: string;
}

function sourcesOf(dir: string): Source[] {
  return readdirSync(join(ROOT, dir), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.ts$/.test(name) && !/\.spec\.ts$|^testing\/|\/testing\//.test(name))
    .map((name) => join(dir, name))
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
}

/** Code without its comments, which may mention anything. */
function codeOf({ text }: Source): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}

const sources = PRODUCTION.flatMap(sourcesOf);

describe('what can fail by itself', () => {
  it.each(EMITTERS)('%s has a listener for its errors, wherever one is made', (_, made, handled) => {
    const makers = sources.filter((source) => made.test(codeOf(source)));
    expect(makers.length).toBeGreaterThan(0);
    expect(makers.filter((source) => !handled.test(codeOf(source))).map(({ path }) => path)).toEqual([]);
  });

  it('is joined by pipeline(), never by pipe(), which hands on no error', () => {
    // An Observable's `pipe` does.
    const piping = sources.filter(({ text }) => text.includes('.pipe(') && !text.includes("from 'rxjs"));
    expect(piping.map(({ path }) => path)).toEqual([]);
  });

  it('ends with catch(), or is said to never reject, where nothing waits for it', () => {
    const unclear = sources.flatMap((source) => {
      const code = codeOf(source);
      return [...code.matchAll(NOT_AWAITED)]
        .filter(({ index, 1: name = '' }) => {
          const statement = code.slice(index, code.indexOf(';', index));
          return !NO_PROMISE.has(name) && !statement.includes('.catch(') && !saysNeverRejects(name);
        })
        .map(([call]) => `${source.path}: ${call})`);
    });
    expect(unclear).toEqual([]);
  });
});

/** True when a function of that name has a comment that says so. */
function saysNeverRejects(name: string): boolean {
  const documented = new RegExp(
    `[Nn]ever rejects(?:(?!\\*/)[\\s\\S])*\\*/\\s*(?:private |export )*(?:async )?(?:function )?${name}\\(`,
  );
  return sources.some(({ text }) => documented.test(text));
}
