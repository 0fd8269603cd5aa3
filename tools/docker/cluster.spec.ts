import { readFileSync } from 'node:fs';
import { readCompose, type Service } from './compose.ts';

const { services, ...rest } = readCompose('compose.cluster.yaml');
const single = readCompose('compose.yaml');
const controllers = ['controller', 'controller-2'] as const;

function serviceOf(name: string): Service {
  const service = services[name];
  if (!service) throw new Error(`there is no ${name}`);
  return service;
}

function addressOf(name: string): string | undefined {
  const networks = serviceOf(name).networks as Record<string, { ipv4_address?: string } | null>;
  return networks['moolai-network']?.ipv4_address;
}

describe('the compose file with two controllers', () => {
  it('gives both the same environment, secrets, volumes and limits, and each a name and a port', () => {
    const [first, second] = controllers.map((name) => {
      const { environment = {}, ...others } = serviceOf(name);
      const same = Object.entries(others).filter(
        ([key]) => !['depends_on', 'networks', 'ports'].includes(key),
      );
      return { same: Object.fromEntries(same), environment };
    });
    expect(second?.same).toEqual(first?.same);
    const differing = Object.keys({ ...first?.environment, ...second?.environment }).filter(
      (name) => first?.environment[name] !== second?.environment[name],
    );
    expect(differing).toEqual(['INSTANCE_ID']);
    expect(controllers.map((name) => serviceOf(name).ports)).toEqual([
      ['127.0.0.1:8765:8765'],
      ['127.0.0.1:8766:8765'],
    ]);
  });

  it('shares the directory of the configuration files, but not the directory of a process', () => {
    for (const name of controllers) {
      const { environment = {}, volumes } = serviceOf(name);
      expect(environment['CONTROLLER_CONFIG_DIR']).toBe('/data/config');
      // A file system of the container itself.
      expect(environment['CONTROLLER_DATA_DIR']).toMatch(/^\/tmp\//);
      expect(volumes).toEqual(single.services['controller']?.volumes);
    }
  });

  it('has the settings, the database, the secrets and the volumes of the file with one controller', () => {
    const { REDIS_URL, INSTANCE_ID, CONTROLLER_DATA_DIR, ...same } =
      serviceOf('controller').environment ?? {};
    expect([REDIS_URL, INSTANCE_ID, CONTROLLER_DATA_DIR]).not.toContain(undefined);
    expect(same).toEqual(single.services['controller']?.environment);
    expect(serviceOf('postgres')).toEqual(single.services['postgres']);
    expect(rest.secrets).toEqual(single.secrets);
    expect(rest.volumes).toEqual(single.volumes);
    expect(rest.name).toBe(single.name);
  });

  it('has nginx that leads to both addresses, and otherwise is the one of one controller', () => {
    const { volumes, ...frontend } = serviceOf('frontend');
    expect(frontend).toEqual(single.services['frontend']);
    const [mount = ''] = volumes ?? [];
    const [source = '', target] = mount.split(':');
    expect(target).toBe('/etc/nginx/controller.conf');
    const text = readFileSync(new URL(`../../docker/${source}`, import.meta.url), 'utf8');
    const servers = [...text.matchAll(/^\s*server (\S+):8765 /gm)].map(([, address]) => address);
    expect(servers).toEqual(controllers.map(addressOf));
    expect(new Set([...servers, addressOf('frontend')]).size).toBe(3);
    expect(text).not.toMatch(/ip_hash|sticky|hash \$/);
  });

  it('keeps Redis away from everything but the controllers, and lets them start without it', () => {
    const reached = Object.entries(services).filter(([, { networks }]) =>
      JSON.stringify(networks).includes('redis-network'),
    );
    expect(reached.map(([name]) => name)).toEqual(['redis', ...controllers]);
    expect(rest.networks?.['redis-network']).toMatchObject({ internal: true });
    expect(serviceOf('redis').ports).toBeUndefined();
    // Otherwise a Redis without a password answers on its own loopback only.
    expect(serviceOf('redis').command?.join(' ')).toContain('--protected-mode no');
    expect(serviceOf('redis').volumes).toBeUndefined();
    expect(serviceOf('controller').environment?.['REDIS_URL']).toBe('redis://redis:6379');
    expect(serviceOf('controller').depends_on).toMatchObject({ redis: { condition: 'service_started' } });
  });

  it('replaces one controller after the other', () => {
    expect(serviceOf('controller-2').depends_on).toEqual({ controller: { condition: 'service_healthy' } });
  });
});
