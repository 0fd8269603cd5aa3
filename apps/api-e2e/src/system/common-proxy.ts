import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endProcess, freePort, waitUntil } from '@moolai/testing';
import { asUser } from './debian.js';

const DOCUMENT = new URL('../../../../docs/compatibility.md', import.meta.url).pathname;
const MODULES = '/usr/lib/apache2/modules';

/** Proxies with a configuration in `docs/compatibility.md`. */
export type ProxyName = 'nginx' | 'haproxy' | 'caddy' | 'apache';

/** The documented configuration, for a controller and a proxy on these ports. */
function documented(name: ProxyName, port: number, upstreamPort: number): string {
  const text = new RegExp(`^\`\`\`${name}\\n(.*?)^\`\`\``, 'ms').exec(readFileSync(DOCUMENT, 'utf8'))?.[1];
  if (text === undefined) throw new Error(`the document has no configuration of ${name}`);
  return text
    .replaceAll('controller:8765', `127.0.0.1:${upstreamPort}`)
    .replaceAll(':8080', `127.0.0.1:${port}`);
}

/** The surrounding configuration of each proxy, to run as the user `nobody` in its own directory. */
const SURROUNDINGS: Readonly<
  Record<ProxyName, (text: string, dir: string, port: number) => { config: string; command: string[] }>
> = {
  nginx: (text, dir, port) => ({
    config:
      `pid ${dir}/pid; error_log stderr; events {} http { access_log off;\n` +
      ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
        .map((of) => `${of}_temp_path ${dir}/${of};`)
        .join('') +
      `map $http_upgrade $connection_upgrade { default upgrade; '' ''; }\n` +
      `server { listen 127.0.0.1:${port};\n${text}} }`,
    command: ['/usr/sbin/nginx', '-p', dir, '-e', 'stderr', '-g', 'daemon off;', '-c'],
  }),
  haproxy: (text) => ({ config: text, command: ['/usr/sbin/haproxy', '-db', '-f'] }),
  caddy: (text) => ({
    config: `{\n admin off\n auto_https off\n}\n${text.replace(/^127/m, 'http://127')}`,
    command: ['/usr/bin/caddy', 'run', '--adapter', 'caddyfile', '--config'],
  }),
  apache: (text, dir, port) => ({
    config: [
      ...['mpm_event', 'authz_core', 'proxy', 'proxy_http', 'proxy_wstunnel', 'headers'].map(
        (name) => `LoadModule ${name}_module ${MODULES}/mod_${name}.so`,
      ),
      `ServerName 127.0.0.1\nListen 127.0.0.1:${port}\nPidFile ${dir}/pid\nErrorLog ${dir}/errors`,
      `ServerRoot ${dir}\nDefaultRuntimeDir ${dir}\nMutex file:${dir} default`,
      text,
    ].join('\n'),
    command: ['/usr/sbin/apache2', '-D', 'FOREGROUND', '-f'],
  }),
};

/** A common proxy with the documented configuration. */
export class CommonProxy {
  private said = '';

  private constructor(
    private readonly dir: string,
    readonly port: number,
    private readonly child: ChildProcess,
  ) {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (data: Buffer) => (this.said += data.toString()));
    }
  }

  static async start(name: ProxyName, upstreamPort: number): Promise<CommonProxy> {
    const dir = mkdtempSync(join(tmpdir(), `moolai-${name}-`));
    chmodSync(dir, 0o777);
    const port = await freePort();
    const { config, command } = SURROUNDINGS[name](documented(name, port, upstreamPort), dir, port);
    writeFileSync(join(dir, 'config'), config);
    const [program = '', ...args] = command;
    const [actual, rest] = asUser('nobody', program, [...args, join(dir, 'config')]);
    const env = { ...process.env, HOME: dir, XDG_CONFIG_HOME: dir, XDG_DATA_HOME: dir };
    const child = spawn(actual, rest, { cwd: '/', env, stdio: ['ignore', 'pipe', 'pipe'] });
    const proxy = new CommonProxy(dir, port, child);
    await waitUntil(`${name} listens`, () => {
      if (child.exitCode !== null) throw new Error(`${name} ended: ${proxy.said}`);
      return proxy.listens();
    });
    return proxy;
  }

  private listens(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect(this.port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      });
      socket.on('error', () => resolve(false));
    });
  }

  async stop(): Promise<void> {
    await endProcess(this.child);
    rmSync(this.dir, { recursive: true, force: true });
  }
}
