import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HandshakeError } from '@moolai/contracts';
import { waitUntil } from '@moolai/testing';
import type { OrchestratorClient } from './orchestrator-client.js';
import { StateError } from './state-error.js';
import { ClientBench } from './testing/client-bench.js';
import { accepted, ScriptedController } from './testing/scripted-controller.js';

/** A controller that checks credentials, as the real one does. */
class StrictController extends ScriptedController {
  /** Valid credentials, and the new credential that each is answered with. */
  readonly good = new Map<string | undefined, string | undefined>();
  error: HandshakeError = 'unauthorized';

  override answer = (id: string): object[] => {
    const token = this.ofType('register').at(-1)?.token;
    if (!this.good.has(token))
      return [{ type: 'handshake_ack', success: false, error: this.error, detail: 'no' }];
    const credential = this.good.get(token);
    return [{ ...accepted(id), ...(credential ? { credential } : {}) }];
  };

  get presented(): (string | undefined)[] {
    return this.ofType('register').map(({ token }) => token);
  }

  get acknowledged(): string[] {
    return this.ofType('credential_ack').map(({ credential }) => credential);
  }

  offer(credential: string): void {
    this.send({ type: 'credential_update', orchestrator_id: 'orch-1', credential });
  }
}

describe('a credential', () => {
  let bench: ClientBench;
  let controller: StrictController;
  let path: string;

  beforeEach(async () => {
    controller = new StrictController();
    bench = await ClientBench.open(controller);
    path = join(bench.directory(), 'below', 'credential.json');
  });

  afterEach(() => bench.dispose());

  function kept(): string[] {
    return (JSON.parse(readFileSync(path, 'utf8')) as { credentials: string[] }).credentials;
  }

  function keep(...credentials: string[]): void {
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, JSON.stringify({ orchestrator_id: 'orch-1', credentials }));
  }

  async function connected(client: OrchestratorClient): Promise<void> {
    await waitUntil('it is connected', () => client.isConnected);
  }

  /** Closes the connection of the refused client, which waits for that. */
  function closeRefused(): void {
    for (const socket of controller.sockets) socket.close(4401);
  }

  it('from an enrolment is stored for its owner only, then acknowledged, then presented', async () => {
    controller.good.set('moe_1', 'moc_1');
    const client = bench.start({ token: 'moe_1', credentialPath: path });
    await waitUntil('it is acknowledged', () => controller.acknowledged.length === 1);
    expect(kept()).toEqual(['moc_1']);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(controller.ofType('register')[0]?.capabilities).toEqual(['credential_rotation']);
    controller.good.set('moc_1', undefined);
    controller.cut();
    await waitUntil('it comes back', () => controller.presented.length === 2);
    await client.stop();
    const later = bench.start({ token: 'moe_1', credentialPath: path });
    await connected(later);
    expect(controller.presented).toEqual(['moe_1', 'moc_1', 'moc_1']);
    expect(controller.acknowledged).toEqual(['moc_1']);
  });

  it('is stored in the state directory by default', async () => {
    controller.good.set('moe_1', 'moc_1');
    const stateDir = bench.directory();
    bench.start({ token: 'moe_1', stateDir });
    await waitUntil('it is acknowledged', () => controller.acknowledged.length === 1);
    path = join(stateDir, 'credential.json');
    expect(kept()).toEqual(['moc_1']);
  });

  it('is rotated while connected: the new one is written to disk first, and the old one is kept until the new one is used', async () => {
    keep('moc_1');
    controller.good.set('moc_1', undefined).set('moc_2', undefined);
    const client = bench.start({ credentialPath: path });
    await connected(client);
    controller.offer('moc_2');
    await waitUntil('it is acknowledged', () => controller.acknowledged.length === 1);
    expect(controller.acknowledged).toEqual(['moc_2']);
    expect(kept()).toEqual(['moc_2', 'moc_1']);
    controller.cut();
    await waitUntil('the old one is removed', () => kept().length === 1);
    expect(kept()).toEqual(['moc_2']);
    expect(controller.presented).toEqual(['moc_1', 'moc_2']);
  });

  it('is rotated with the handshake too', async () => {
    keep('moc_1');
    controller.good.set('moc_1', 'moc_2').set('moc_2', undefined);
    bench.start({ credentialPath: path });
    await waitUntil('it is acknowledged', () => controller.acknowledged.length === 1);
    expect(kept()).toEqual(['moc_2', 'moc_1']);
  });

  it('falls back to the previous one without a long pause when the new one is invalid', async () => {
    keep('moc_3', 'moc_2', 'moc_1');
    controller.good.set('moc_1', undefined);
    const client = bench.start({ credentialPath: path });
    await waitUntil('the newest one is refused', () => controller.presented.length === 1);
    closeRefused();
    await waitUntil('the next one is refused', () => controller.presented.length === 2);
    closeRefused();
    await connected(client);
    expect(controller.presented).toEqual(['moc_3', 'moc_2', 'moc_1']);
    expect(bench.ends.map(({ reconnectInMs }) => reconnectInMs)).toEqual([500, 1_000]);
    await waitUntil('the others are removed', () => kept().length === 1);
  });

  it('falls back to the token last, then pauses for long and starts over', async () => {
    keep('moc_1');
    bench.start({ credentialPath: path, token: 'moe_1' });
    for (let count = 1; count <= 3; count += 1) {
      await waitUntil('it registers', () => controller.presented.length === count);
      closeRefused();
    }
    await waitUntil('the ends are seen', () => bench.ends.length >= 2);
    expect(controller.presented.slice(0, 3)).toEqual(['moc_1', 'moe_1', 'moc_1']);
    expect(bench.ends.slice(0, 2).map(({ reconnectInMs }) => reconnectInMs)).toEqual([500, 60_000]);
  });

  it('is not given up because of an unrelated refusal', async () => {
    keep('moc_1');
    controller.error = 'quarantined';
    bench.start({ credentialPath: path, token: 'moe_1' });
    await waitUntil('it registers', () => controller.presented.length === 1);
    closeRefused();
    await waitUntil('it registers again', () => controller.presented.length === 2);
    expect(controller.presented).toEqual(['moc_1', 'moc_1']);
    expect(bench.ends[0]?.reconnectInMs).toBe(60_000);
  });

  it('is neither acknowledged nor used when it cannot be stored', async () => {
    keep('moc_1');
    controller.good.set('moc_1', undefined).set('moc_2', undefined);
    const client = bench.start({ credentialPath: path });
    await connected(client);
    // Replaces the directory with a file, which stops root too, unlike permissions.
    rmSync(join(path, '..'), { recursive: true });
    writeFileSync(join(path, '..'), '');
    controller.offer('moc_2');
    await waitUntil('the problem is reported', () => bench.problems.includes('state'));
    controller.cut();
    await waitUntil('it comes back', () => controller.presented.length === 2);
    expect(controller.presented).toEqual(['moc_1', 'moc_1']);
    expect(controller.acknowledged).toEqual([]);
  });

  it('is kept in memory without a file, which is reported, and is then not rotated', async () => {
    controller.good.set('moe_1', 'moc_1').set('moc_1', 'moc_2');
    const client = bench.start({ token: 'moe_1' });
    await connected(client);
    await waitUntil('the problem is reported', () => bench.problems.includes('credential'));
    controller.cut();
    await waitUntil('it comes back', () => controller.presented.length === 2);
    await connected(client);
    controller.cut();
    await waitUntil('it comes back again', () => controller.presented.length === 3);
    expect(controller.presented).toEqual(['moe_1', 'moc_1', 'moc_1']);
    expect(controller.acknowledged).toEqual([]);
    expect(controller.ofType('register')[0]?.capabilities).toEqual([]);
  });

  it('of another orchestrator, or an invalid file, stops the start', () => {
    keep('moc_1');
    const start = (orchestratorId: string): OrchestratorClient =>
      bench.client({ orchestratorId, credentialPath: path });
    expect(() => start('orch-2')).toThrow(StateError);
    writeFileSync(path, '{"orchestrator_id":"orch-1","credentials":[1]}');
    expect(() => start('orch-1')).toThrow(StateError);
    writeFileSync(path, 'moc_1');
    expect(() => start('orch-1')).toThrow('is not JSON');
  });
});
