import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = new URL('../../', import.meta.url).pathname;
const PRODUCTION = ['apps/api/src', 'libs/orchestrator-client/src', 'apps/fleet-simulator/src'];

/** Code that creates emitters of `error`, and the code that such a file must also contain. */
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

/** A call whose promise is discarded; Fastify's replies only look like promises. */
const NOT_AWAITED = /\bvoid (?!reply\b|response\b)(?:[\w.]+\.)?(\w+)\(/g;
/** Calls that only look like promises; Fastify's JSON parser uses callbacks. */
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

/** Code without its comments. */
function codeOf({ text }: Source): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}

const sources = PRODUCTION.flatMap(sourcesOf);

describe('code that can fail asynchronously', () => {
  it.each(EMITTERS)('%s has an error listener wherever one is created', (_, made, handled) => {
    const makers = sources.filter((source) => made.test(codeOf(source)));
    expect(makers.length).toBeGreaterThan(0);
    expect(makers.filter((source) => !handled.test(codeOf(source))).map(({ path }) => path)).toEqual([]);
  });

  it('uses pipeline(), never pipe(), which does not forward errors', () => {
    // An Observable's `pipe` does.
    const piping = sources.filter(({ text }) => text.includes('.pipe(') && !text.includes("from 'rxjs"));
    expect(piping.map(({ path }) => path)).toEqual([]);
  });

  it('ends with catch(), or never rejects according to its comment, if it is not awaited', () => {
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

/** True if a function of that name has a comment that says so. */
function saysNeverRejects(name: string): boolean {
  const documented = new RegExp(
    `[Nn]ever rejects(?:(?!\\*/)[\\s\\S])*\\*/\\s*(?:private |export |abstract )*(?:async )?(?:function )?${name}(?:<\\w+>)?\\(`,
  );
  return sources.some(({ text }) => documented.test(text));
}
