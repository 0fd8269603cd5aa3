import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OrchestratorClient } from '@moolai/orchestrator-client';
import { newDataDir, waitUntil } from '@moolai/testing';
import { credentialOf, enrolmentToken, refusal } from '../support/credentials.js';
import { useController } from '../support/use-controller.js';

describe('the client library', () => {
  const credentialPath = join(newDataDir(), 'credential.json');
  const clients: OrchestratorClient[] = [];

  afterAll(() => Promise.all(clients.map((client) => client.stop())));

  const controller = useController({ env: { ORCHESTRATOR_AUTH: 'token' } });

  async function start(token?: string): Promise<OrchestratorClient> {
    const client = new OrchestratorClient({
      url: `${controller.url.replace('http', 'ws')}/ws`,
      orchestratorId: 'lib-1',
      credentialPath,
      backoff: { firstMs: 1, longestMs: 5 },
      ...(token ? { token } : {}),
    });
    clients.push(client);
    client.start();
    await waitUntil('it is connected', () => client.isConnected);
    return client;
  }

  function kept(): string[] {
    return (JSON.parse(readFileSync(credentialPath, 'utf8')) as { credentials: string[] }).credentials;
  }

  async function rotate(): Promise<void> {
    await controller.api.rotateCredential('lib-1');
    await waitUntil('it is rotated', async () => !(await credentialOf(controller, 'lib-1')).rotation_pending);
  }

  it('enrols, stores its credential, rotates automatically, and survives the loss of the newest one', async () => {
    const { id, token } = await enrolmentToken(controller, 'org-a', { max_uses: 1 });
    const first = await start(token);
    await waitUntil('it has proved its credential', async () => {
      const rows = await controller.database.query(
        `SELECT 1 FROM orchestrator_credentials WHERE orchestrator_id = 'lib-1' AND confirmed_at IS NOT NULL`,
      );
      return rows.length === 1;
    });
    await controller.api.revokeEnrolmentToken(id);
    const [original = ''] = kept();
    await rotate();
    const [newest, ...older] = kept();
    expect(newest).not.toBe(original);
    expect(older).toEqual([original]);
    await first.stop();

    const second = await start(token);
    await waitUntil('the old one is forgotten', () => kept().length === 1);
    await expect(refusal(controller, 'lib-1', { token: original })).resolves.toMatchObject({
      error: 'unauthorized',
    });

    // The controller rotates while the client is stopped, which returns with the current credential.
    await second.stop();
    await controller.api.rotateCredential('lib-1');
    const third = await start();
    await waitUntil('it is rotated', async () => !(await credentialOf(controller, 'lib-1')).rotation_pending);
    await third.stop();
    // A credential that was stored but never reached the controller.
    writeFileSync(
      credentialPath,
      JSON.stringify({ orchestrator_id: 'lib-1', credentials: ['moc_never-offered', ...kept()] }),
    );
    await start();
    await waitUntil('what is not good is forgotten', () => !kept().includes('moc_never-offered'));
  });
});
