/**
 * Completes package-lock.json after dependencies were changed: run it behind every `npm install`.
 *
 * npm leaves a platform's optional package out of the lock when the registry in use does not offer it,
 * and then refuses with `npm ci` to install from that very lock. Their names, versions and platforms
 * follow from the packages that want them, so they are written down here. It also removes every
 * registry address: which registry to use is the machine's business.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const file = join(import.meta.dirname, '../../package-lock.json');
const lock = JSON.parse(readFileSync(file, 'utf8'));
const systems = [
  'android',
  'darwin',
  'freebsd',
  'linux',
  'openharmony',
  'win32',
  'windows',
  'wasi',
  'aix',
  'sunos',
  'netbsd',
  'openbsd',
];
const cpus = {
  x64: 'x64',
  arm64: 'arm64',
  armv6: 'arm',
  armv7: 'arm',
  arm: 'arm',
  ia32: 'ia32',
  x86: 'ia32',
  ppc64: 'ppc64',
  ppc64le: 'ppc64',
  s390x: 's390x',
  riscv64: 'riscv64',
  loong64: 'loong64',
  mips64el: 'mips64el',
  mips64le: 'mips64el',
  wasm32: 'wasm32',
  universal: undefined,
};

/** The platform in a name such as "@swc/core-linux-arm-gnueabihf"; undefined for a package of every platform. */
function platformOf(name) {
  const words = name.split('/').at(-1).split(/[-.]/);
  const os = words.find((word) => systems.includes(word));
  const cpu = words.map((word) => cpus[word]).find(Boolean);
  if (!os) return undefined;
  return {
    ...(os === 'wasi' ? {} : { os: [os === 'windows' ? 'win32' : os] }),
    ...(cpu ? { cpu: [cpu] } : {}),
  };
}

/** True when `name`, as `path` would load it, is in the lock. */
function isLocked(path, name) {
  for (let at = path; ; at = at.slice(0, at.lastIndexOf('node_modules/')).replace(/\/$/, '')) {
    if (lock.packages[at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`]) return true;
    if (at === '') return false;
  }
}

let added = 0;
for (const [path, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const platform = platformOf(name);
    if (!platform || !/^[~^]?\d+\.\d+\.\d+/.test(version) || isLocked(path, name)) continue;
    lock.packages[`node_modules/${name}`] = {
      version: version.replace(/^[~^]/, ''),
      ...(entry.dev ? { dev: true } : {}),
      optional: true,
      ...platform,
    };
    added += 1;
  }
}
for (const entry of Object.values(lock.packages)) {
  if (/^https?:/.test(entry.resolved ?? '')) delete entry.resolved;
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
process.stdout.write(`${added} packages of other platforms added\n`);
