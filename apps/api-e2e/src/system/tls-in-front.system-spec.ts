import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request, type RequestOptions } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ErrorEnvelope } from '@moolai/contracts';
import { ControllerProcess, freePort, newDataDir, waitUntil } from '@moolai/testing';
import { CertificateAuthority } from '../support/certificates.js';
import { describeWith } from './debian.js';

const NAME = 'controller.example.com';
const CREDENTIALS = { email: 'a@b.example', password: 'a password of tests', use_cookie: true };

describeWith('haproxy')('HAProxy that ends TLS, without TRUST_PROXY', () => {
  const dataDir = newDataDir();
  const authority = new CertificateAuthority('Authority of the test');
  let dir: string;
  let controller: ControllerProcess;
  let haproxy: ChildProcess;
  let port: number;

  async function start(env: Record<string, string>): Promise<void> {
    controller = new ControllerProcess(await freePort(), dataDir, {
      DEMO_FLEET: '0',
      SUPERADMIN_EMAIL: CREDENTIALS.email,
      SUPERADMIN_PASSWORD: CREDENTIALS.password,
      ...env,
    });
    await controller.untilHealthy();
    port = await freePort();
    const config = `defaults
    mode http
    timeout connect 5s
    timeout client 65s
    timeout server 65s
frontend console
    bind 127.0.0.1:${port} ssl crt ${dir}/server.pem
    option forwardfor
    http-request set-header X-Forwarded-Proto %[ssl_fc,iif(https,http)]
    default_backend controller
backend controller
    server controller 127.0.0.1:${controller.port}
`;
    writeFileSync(join(dir, 'config'), config);
    haproxy = spawn('/usr/sbin/haproxy', ['-db', '-f', join(dir, 'config')], { stdio: 'ignore' });
    await waitUntil('HAProxy answers', () => signIn('').catch(() => undefined));
  }

  async function stop(): Promise<void> {
    haproxy.kill('SIGKILL');
    await controller.stop();
  }

  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'moolai-haproxy-'));
    const { cert, key } = authority.issue(NAME);
    writeFileSync(join(dir, 'server.pem'), cert + key);
  });

  afterEach(stop);

  afterAll(() => {
    rmSync(dir, { recursive: true, force: true });
  });

  /** Like the console in a browser, which uses the site's name and port. */
  async function signIn(password = CREDENTIALS.password): Promise<{ status: number; detail: string }> {
    const site = `${NAME}:${port}`;
    const options: RequestOptions = {
      host: '127.0.0.1',
      port,
      method: 'POST',
      path: '/api/v1/internal/auth/login',
      servername: NAME,
      ca: authority.cert,
      headers: { host: site, origin: `https://${site}`, 'content-type': 'application/json' },
    };
    return new Promise((resolve, reject) => {
      const sent = request(options, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => {
          const { detail = '' } = JSON.parse(text) as Partial<ErrorEnvelope>;
          resolve({ status: response.statusCode ?? 0, detail });
        });
      });
      sent.once('error', reject).end(JSON.stringify({ ...CREDENTIALS, password }));
    });
  }

  it('is reported at the sign-in and in the log, with the expected and the received origin', async () => {
    await start({});
    const { status, detail } = await signIn();
    expect(status).toBe(403);
    expect(detail).toContain(
      `The page is at https://${NAME}:${port}, but its request came for http://${NAME}:${port}.`,
    );
    expect(detail).toContain('TRUST_PROXY must name');
    await waitUntil('it is in the log', () => controller.output.includes('TRUST_PROXY must name'));
    expect(controller.output).toContain(`https://${NAME}:${port}`);
  });

  it('lets users in once TRUST_PROXY names it', async () => {
    await start({ TRUST_PROXY: '127.0.0.1' });
    await expect(signIn()).resolves.toEqual({ status: 200, detail: '' });
  });
});
