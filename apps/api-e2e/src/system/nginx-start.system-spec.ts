import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, waitUntil } from '@moolai/testing';
import { describeWith } from './debian.js';
import { NameServer } from './name-server.js';
import { ShippedNginx } from './shipped-nginx.js';

/** Longer than nginx caches an address. */
const PATIENCE_MS = 30_000;
/** nginx itself would wait for a name server for 30 s. */
const SILENCE_MS = 20_000;
/** Each worker of nginx caches addresses separately; this many requests reach all active ones. */
const REQUESTS = 50;

/** A controller that answers with its own address. */
async function controllerAt(address: string, port: number): Promise<Server> {
  const server = createServer((_, response) => response.end(address));
  await new Promise<void>((resolve) => server.listen(port, address, resolve));
  return server;
}

async function end(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

describeWith('nginx')('the start of the shipped nginx', () => {
  it('finds a recreated controller with another address', async () => {
    const upstreamPort = await freePort();
    const first = await controllerAt('127.0.0.2', upstreamPort);
    const names = await NameServer.start('127.0.0.2');
    const nginx = await ShippedNginx.start({ upstreamPort, nameServerPort: names.port });
    /** True if every answer comes from there; each request opens a connection. */
    const isAsked = async (address: string): Promise<boolean> => {
      for (let n = 0; n < REQUESTS; n += 1) {
        const headers = { connection: 'close' };
        const answer = await fetch(`http://127.0.0.1:${nginx.port}/api/v1/controller/health`, { headers });
        if ((await answer.text()) !== address) return false;
      }
      return true;
    };
    await expect(isAsked('127.0.0.2')).resolves.toBe(true);

    await end(first);
    const second = await controllerAt('127.0.0.3', upstreamPort);
    names.address = '127.0.0.3';
    await waitUntil('nginx asks the new one', () => isAsked('127.0.0.3'), PATIENCE_MS);
    await nginx.stop();
    await end(second);
    names.stop();
  });

  it('answers with the error envelope although the name server is silent', async () => {
    const names = await NameServer.start('127.0.0.2');
    names.isSilent = true;
    const nginx = await ShippedNginx.start({ upstreamPort: await freePort(), nameServerPort: names.port });
    const answer = await fetch(`http://127.0.0.1:${nginx.port}/api/v1/controller/health`, {
      signal: AbortSignal.timeout(SILENCE_MS),
    });
    expect([answer.status, await answer.json()]).toMatchObject([503, { error: 'unavailable' }]);
    await nginx.stop();
    names.stop();
  });
});

describeWith('nginx', 'openssl')('the start of the shipped nginx with TLS', () => {
  it('names the unreadable secret, and the command that fixes it', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'moolai-tls-start-'));
    const [certificate, key] = [join(dir, 'tls_certificate'), join(dir, 'tls_key')];
    writeFileSync(certificate, '');
    execFileSync('openssl', ['ecparam', '-genkey', '-name', 'prime256v1', '-out', key]);
    chmodSync(dir, 0o755);
    // No permissions at all, so that the test works for any user.
    chmodSync(key, 0o000);
    const start = ShippedNginx.start({ upstreamPort: await freePort(), tls: { certificate, key } });
    await expect(start).rejects.toThrow(
      /tls_key cannot be read by the user of this container \(uid \d+\)\. On the host: chmod 444 .*tls_key/,
    );
    rmSync(dir, { recursive: true });
  });
});
