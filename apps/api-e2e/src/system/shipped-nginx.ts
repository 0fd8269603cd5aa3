import { spawn, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endProcess, freePort, waitUntil } from '@moolai/testing';
import { asUser } from './debian.js';

const ROOT = new URL('../../../../', import.meta.url).pathname;
const SHIPPED = join(ROOT, 'docker/nginx');

/** Options of a test. */
export interface NginxOptions {
  /** The port for `controller:8765`, or those of both controllers in `cluster.conf`. */
  upstreamPort: number | readonly [number, number];
  /** Port of a name server for `controller`; by default it is 127.0.0.1. */
  nameServerPort?: number;
  /** The certificate and its key, for the site of `https.conf`. */
  tls?: { certificate: string; key: string };
}

/** Replaces a text that must occur exactly once, so that tests only run on what is shipped. */
function replaceOnce(text: string, from: string, to: string): string {
  if (text.split(from).length !== 2) throw new Error(`"${from}" is not once in the shipped configuration`);
  return text.replace(from, to);
}

/** The file that says where the controllers are. */
function upstreams(
  read: (name: string) => string,
  name: string,
  ports: NginxOptions['upstreamPort'],
): string {
  if (typeof ports === 'number')
    return replaceOnce(read('controller.conf'), 'controller:8765', `${name}:${ports}`);
  const [first, second] = ports;
  const text = replaceOnce(read('cluster.conf'), '172.30.87.21:8765', `127.0.0.1:${first}`);
  return replaceOnce(text, '172.30.87.22:8765', `127.0.0.1:${second}`);
}

async function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.end());
    socket.once('close', (hadError) => resolve(!hadError));
    socket.on('error', () => undefined);
  });
}

/**
 * The real nginx with the shipped files, as a user who is not root, and with write access to its own directory only.
 * Only ports, paths and the upstream differ from the image.
 */
export class ShippedNginx {
  errors = '';

  private constructor(
    private readonly dir: string,
    /** The port for plain HTTP, or for TLS. */
    readonly port: number,
    /** The port that redirects to TLS in `https.conf`. */
    readonly plainPort: number,
    private readonly child: ChildProcess,
  ) {
    child.stderr?.on('data', (data: Buffer) => (this.errors += data.toString()));
  }

  static async start({ upstreamPort, nameServerPort, tls }: NginxOptions): Promise<ShippedNginx> {
    const dir = mkdtempSync(join(tmpdir(), 'moolai-nginx-'));
    const [port, plainPort] = [await freePort(), await freePort()];
    mkdirSync(join(dir, 'sites'));
    mkdirSync(join(dir, 'tmp'), { mode: 0o777 });
    chmodSync(join(dir, 'tmp'), 0o777);
    chmodSync(dir, 0o755);
    const read = (name: string): string => readFileSync(join(SHIPPED, name), 'utf8');
    const name = nameServerPort === undefined ? '127.0.0.1' : 'controller';
    writeFileSync(join(dir, 'nginx.conf'), read('nginx.conf').replaceAll(' /tmp/', ` ${dir}/tmp/`));
    writeFileSync(join(dir, 'controller.conf'), upstreams(read, name, upstreamPort));
    const html = join(ROOT, 'apps/admin/dist/browser');
    writeFileSync(
      join(dir, 'console.conf'),
      replaceOnce(read('console.conf'), '/usr/share/nginx/html', html),
    );
    let site = read(tls ? 'https.conf' : 'http.conf');
    if (tls) {
      site = replaceOnce(site, '/run/secrets/tls_certificate', tls.certificate);
      site = replaceOnce(site, '/run/secrets/tls_key', tls.key);
      site = replaceOnce(site, 'listen 443 ssl http2;', `listen 127.0.0.1:${port} ssl http2;`);
      site = replaceOnce(site, 'listen [::]:443 ssl http2;', '');
    }
    site = replaceOnce(site, 'listen 80;', `listen 127.0.0.1:${tls ? plainPort : port};`);
    site = replaceOnce(site, 'listen [::]:80;', '');
    writeFileSync(join(dir, 'sites/site.conf'), site);
    copyFileSync('/etc/nginx/mime.types', join(dir, 'mime.types'));
    writeFileSync(join(dir, 'resolv.conf'), `nameserver 127.0.0.1:${nameServerPort ?? 53}\n`);
    let script = replaceOnce(read('start.sh'), '/tmp/resolver.conf', join(dir, 'tmp/resolver.conf'));
    script = replaceOnce(script, '/etc/resolv.conf', join(dir, 'resolv.conf'));
    script = replaceOnce(
      script,
      'exec nginx',
      `exec /usr/sbin/nginx -p ${dir} -c ${dir}/nginx.conf -e stderr`,
    );
    if (tls) {
      script = replaceOnce(script, '/run/secrets/tls_certificate', tls.certificate);
      script = replaceOnce(script, '/run/secrets/tls_key', tls.key);
    }
    writeFileSync(join(dir, 'start.sh'), script);
    const [command, args] = asUser('nobody', '/bin/sh', [join(dir, 'start.sh')]);
    const child = spawn(command, args, { cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] });
    const shipped = new ShippedNginx(dir, port, plainPort, child);
    await waitUntil('nginx listens', () => {
      if (child.exitCode !== null) throw new Error(`nginx ended: ${shipped.errors}`);
      return answers(port);
    });
    return shipped;
  }

  /** Replaces /tmp, where nginx buffers bodies. */
  get temporary(): string {
    return join(this.dir, 'tmp');
  }

  async stop(): Promise<void> {
    await endProcess(this.child);
    rmSync(this.dir, { recursive: true, force: true });
  }
}
