import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:http2';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OrchestratorClient } from '@moolai/orchestrator-client';
import { ControllerProcess, freePort, newDataDir, waitUntil } from '@moolai/testing';
import { describeWith } from './debian.js';
import { ShippedNginx } from './shipped-nginx.js';

/** A certificate of a private authority, as an operator would create it. */
function makeCertificate(dir: string): { ca: string; certificate: string; key: string } {
  const openssl = (...args: string[]): Buffer => execFileSync('openssl', args, { cwd: dir, stdio: 'pipe' });
  const [ca, caKey, certificate, key] = ['ca.pem', 'ca.key', 'server.pem', 'server.key'];
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl('req', '-x509', ...newKey, '-keyout', caKey, '-out', ca, '-days', '2', '-subj', '/CN=Test CA');
  openssl('req', ...newKey, '-keyout', key, '-out', 'server.csr', '-subj', '/CN=controller.example.com');
  writeFileSync(join(dir, 'names'), 'subjectAltName=DNS:localhost,IP:127.0.0.1');
  const signing = ['-CA', ca, '-CAkey', caKey, '-CAcreateserial', '-days', '2', '-extfile', 'names'];
  openssl('x509', '-req', '-in', 'server.csr', '-out', certificate, ...signing);
  chmodSync(dir, 0o755);
  chmodSync(join(dir, key), 0o644);
  return {
    ca: readFileSync(join(dir, ca), 'utf8'),
    certificate: join(dir, certificate),
    key: join(dir, key),
  };
}

describeWith('nginx', 'openssl')('the shipped example of TLS', () => {
  const dataDir = newDataDir();
  let dir: string;
  let controller: ControllerProcess;
  let nginx: ShippedNginx;
  let ca: string;

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'moolai-tls-'));
    const made = makeCertificate(dir);
    ca = made.ca;
    controller = new ControllerProcess(await freePort(), dataDir, {
      DEMO_FLEET: '0',
      TRUST_PROXY: '127.0.0.1',
    });
    nginx = await ShippedNginx.start({ upstreamPort: controller.port, tls: made });
    await controller.untilHealthy();
  });

  afterAll(async () => {
    await controller.stop();
    await nginx.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  function client(id: string, tls?: { ca: string }): OrchestratorClient {
    return new OrchestratorClient({
      url: `wss://127.0.0.1:${nginx.port}/ws`,
      orchestratorId: id,
      stateDir: join(dir, id),
      backoff: { firstMs: 20, longestMs: 200 },
      ...(tls ? { tls } : {}),
    });
  }

  it('admits an orchestrator that trusts the authority', async () => {
    const orchestrator = client('secure-1', { ca });
    let isRegistered = false;
    orchestrator.on('connected', () => (isRegistered = true));
    orchestrator.start();
    await waitUntil('it is registered', () => isRegistered);
    await orchestrator.stop();
  });

  it('is refused by an orchestrator that does not trust it', async () => {
    const orchestrator = client('secure-2');
    const problems: string[] = [];
    let isConnected = false;
    orchestrator.on('problem', (code, detail) => void problems.push(`${code}: ${detail}`));
    orchestrator.on('connected', () => (isConnected = true));
    orchestrator.start();
    await waitUntil('it has tried twice', () => problems.length >= 2);
    await orchestrator.stop();
    expect(isConnected).toBe(false);
    expect(problems.join()).toMatch(/^connection: .*(certificate|issuer)/);
  });

  it('carries twenty live streams and a request over one HTTP/2 connection', async () => {
    const session = connect(`https://127.0.0.1:${nginx.port}`, { ca });
    const get = (path: string) =>
      session.request({ ':path': path, authorization: 'Bearer fake-dev-token', accept: '*/*' });
    const answered = (path: string): Promise<number> =>
      new Promise((resolve, reject) => {
        get(path)
          .once('response', ({ ':status': status }) => resolve(status ?? 0))
          .once('error', reject);
      });
    // One principal may have ten; the others are refused without blocking the connection.
    const statuses = await Promise.all(
      Array.from({ length: 20 }, () => answered('/api/v1/controller/events')),
    );
    expect(statuses.filter((status) => status === 200)).toHaveLength(10);
    expect(await answered('/api/v1/controller/overview')).toBe(200);
    session.destroy();
  });

  it('redirects plain HTTP to TLS, and serves console and API there', async () => {
    const plain = await fetch(`http://127.0.0.1:${nginx.plainPort}/organizations?x=1`, {
      redirect: 'manual',
    });
    expect(plain.status).toBe(308);
    expect(plain.headers.get('location')).toBe('https://127.0.0.1/organizations?x=1');
    for (const path of ['/', '/api/v1/controller/health']) {
      const status = await new Promise<number | undefined>((resolve, reject) => {
        request({ host: '127.0.0.1', port: nginx.port, path, ca }, (message) => {
          message.resume();
          resolve(message.statusCode);
        })
          .once('error', reject)
          .end();
      });
      expect([path, status]).toEqual([path, 200]);
    }
  });
});
