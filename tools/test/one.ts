/**
 * `npm run test:one -- <path> [flags of jest]`: runs one spec of any project, or the specs of one folder, after it has
 * built what they need.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { environment, root } from '../nx.mjs';
import { build } from '../start/build.mjs';

interface Kind {
  pattern: RegExp;
  /** Its jest configuration; `$1` is the project's folder. */
  config: string;
  /** What must be built: end-to-end specs run the built applications, all others run on sources. */
  needs: string[];
}

/** The first one that fits counts. */
const KINDS: Kind[] = [
  {
    pattern: /^(apps\/api-e2e)\/src\/system\/[^/]+\.system-spec\.ts$/,
    config: '$1/jest.system.config.js',
    needs: ['api', 'admin', 'fleet-simulator'],
  },
  {
    pattern: /^apps\/(?:api-e2e\/src\/.+\.e2e-spec|api\/src\/.+\.db\.spec)\.ts$/,
    config: 'apps/api-e2e/jest.config.js',
    needs: ['api', 'fleet-simulator'],
  },
  {
    pattern: /^(apps\/admin-e2e)\/src\/.+\.e2e-spec\.ts$/,
    config: '$1/jest.config.js',
    needs: ['api', 'admin', 'fleet-simulator'],
  },
  {
    pattern: /^((?:apps|libs)\/(?!api-e2e|admin-e2e)[^/]+)\/src\/.+\.spec\.ts$/,
    config: '$1/jest.config.js',
    needs: [],
  },
  { pattern: /^(tools)\/.+\.spec\.ts$/, config: '$1/jest.config.js', needs: [] },
];

const USAGE = `Runs one spec of any project, or the specs of one folder, after building what they need.

  npm run test:one -- <path> [flags of jest]

  npm run test:one -- libs/contracts/src/ids.spec.ts
  npm run test:one -- apps/api-e2e/src/gateway/registration.e2e-spec.ts -t 'unknown organization'
  npm run test:one -- apps/api-e2e/src/protocol
`;

function fail(reason: string): never {
  process.stderr.write(`${reason}\n`);
  process.exit(2);
}

/** The file that an argument names, seen from where the command was typed or from the workspace's root. */
function fileOf(argument: string): string | undefined {
  return [process.env['INIT_CWD'] ?? root, root]
    .map((folder) => resolve(folder, argument))
    .find((file) => existsSync(file));
}

/** The specs in a folder, without those in folders below it. */
function specsIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /spec\.ts$/.test(name))
    .map((name) => join(folder, name));
}

/** Specs in the folder of a file, for those who mistyped a name. */
function specsBeside(file: string): string {
  const specs = specsIn(existsSync(file) && statSync(file).isDirectory() ? file : dirname(file));
  if (specs.length === 0) return '';
  const lines = specs.map((spec) => `  ${relative(root, spec)}`);
  return `\nSpecs in that folder:\n${lines.join('\n')}`;
}

const args = process.argv.slice(2);
if (args.length === 0 || args[0] === '--help') fail(USAGE);
const named = args.find((argument) => !argument.startsWith('-') && fileOf(argument) !== undefined);
if (named === undefined) {
  const wanted = args.find((argument) => !argument.startsWith('-')) ?? '';
  fail(`No such file: ${wanted}${specsBeside(resolve(root, wanted))}`);
}
const file = fileOf(named) ?? named;
const paths = (statSync(file).isDirectory() ? specsIn(file) : [file]).map((spec) =>
  relative(root, spec).split(sep).join('/'),
);
const kinds = new Set(paths.map((path) => KINDS.find(({ pattern }) => pattern.test(path))));
const [kind] = kinds;
const [first = named] = paths;
if (!kind) fail(`Not a spec of this workspace: ${first}${specsBeside(file)}`);
if (kinds.size > 1) fail(`That folder has specs of several kinds; name one of them.${specsBeside(file)}`);

if (kind.needs.length > 0) build(kind.needs);
const { status } = spawnSync(
  'node',
  [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    'node_modules/jest/bin/jest.js',
    '-c',
    first.replace(kind.pattern, kind.config),
    '--runTestsByPath',
    ...paths,
    ...args.filter((argument) => argument !== named),
  ],
  { cwd: root, stdio: 'inherit', env: environment },
);
process.exit(status ?? 1);
