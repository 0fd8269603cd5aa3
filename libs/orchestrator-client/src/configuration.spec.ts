import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EffectiveConfig } from '@moolai/contracts';
import { waitUntil } from '@moolai/testing';
import type { ConfigInfo } from './client-options.js';
import { ClientBench } from './testing/client-bench.js';
import { Gate } from './testing/gate.js';
import { accepted, ScriptedController } from './testing/scripted-controller.js';

/** A configuration message. */
function configuration(version: number, more: object = {}) {
  return { config_version: version, config_hash: `h${version}`, config: { version }, ...more };
}

describe('a configuration', () => {
  let bench: ClientBench;
  let controller: ScriptedController;
  const seen: [EffectiveConfig, ConfigInfo['source']][] = [];
  const onConfig = (config: EffectiveConfig, { source }: ConfigInfo): void =>
    void seen.push([config, source]);

  beforeEach(async () => {
    bench = await ClientBench.open();
    ({ controller } = bench);
    seen.length = 0;
  });

  afterEach(() => bench.dispose());

  function provision(version: number, more: object = {}): void {
    controller.answer = (id) => [
      accepted(id),
      { type: 'provisioning', orchestrator_id: id, ...configuration(version, more) },
    ];
  }

  function acknowledgements() {
    return controller.ofType('config_ack');
  }

  /** A state directory in which a client has stored version 4. */
  async function keptInDirectory(): Promise<string> {
    const stateDir = bench.directory();
    provision(4);
    const client = bench.start({ onConfig, stateDir });
    await waitUntil('it is applied', () => acknowledgements().length === 1);
    await client.stop();
    controller.received.length = 0;
    seen.length = 0;
    return stateDir;
  }

  it('is applied and acknowledged, and its version is reported with the next registration', async () => {
    provision(4);
    bench.start({ onConfig });
    await waitUntil('the acknowledgement comes', () => acknowledgements().length > 0);
    expect(seen[0]).toEqual([{ version: 4 }, 'provisioning']);
    expect(acknowledgements()[0]).toEqual({
      type: 'config_ack',
      orchestrator_id: 'orch-1',
      config_version: 4,
      status: 'applied',
    });
    controller.cut();
    await waitUntil('it registers again', () => controller.ofType('register').length === 2);
    expect(controller.ofType('register')[0]).not.toHaveProperty('config_version');
    expect(controller.ofType('register')[1]).toMatchObject({ config_version: 4, config_hash: 'h4' });
  });

  it('is reported as failed with the reason when applying it fails', async () => {
    provision(4);
    bench.start({ onConfig: () => Promise.reject(new Error('no such model')) });
    await waitUntil('the acknowledgement comes', () => acknowledgements().length > 0);
    expect(acknowledgements()[0]).toMatchObject({ status: 'failed', detail: 'no such model' });
  });

  it('reports a reason that the controller can store, whatever was thrown', async () => {
    provision(4);
    // Contains NUL, and would be cut in the middle of a character.
    bench.start({ onConfig: () => Promise.reject(new Error(`\u0000${'x'.repeat(4_094)}😀`)) });
    await waitUntil('the acknowledgement comes', () => acknowledgements().length > 0);
    const { detail = '' } = acknowledgements()[0] ?? {};
    expect(detail).toMatch(/^\ufffdx+\ufffd$/);
    expect(detail).toHaveLength(4_096);
  });

  it('is applied in order of arrival, one at a time', async () => {
    const steps: string[] = [];
    const isFirstDone = new Gate();
    bench.start({
      onConfig: async (_, { configVersion }) => {
        steps.push(`begin ${configVersion}`);
        if (configVersion === 1) await isFirstDone.opened;
        steps.push(`end ${configVersion}`);
      },
    });
    controller.answer = (id) => [
      accepted(id),
      { type: 'provisioning', orchestrator_id: id, ...configuration(1) },
      { type: 'config_update', orchestrator_id: id, ...configuration(2) },
    ];
    await waitUntil('the first one begins', () => steps.length === 1);
    await waitUntil('it sends a heartbeat meanwhile', () => controller.ofType('i_am_alive').length > 1);
    isFirstDone.open();
    await waitUntil('both are acknowledged', () => acknowledgements().length === 2);
    expect(steps).toEqual(['begin 1', 'end 1', 'begin 2', 'end 2']);
  });

  it('is not applied again when the controller marks it as unchanged', async () => {
    provision(4);
    bench.start({ onConfig });
    await waitUntil('it is applied', () => acknowledgements().length === 1);
    provision(4, { unchanged: true });
    controller.cut();
    await waitUntil('it is acknowledged again', () => acknowledgements().length === 2);
    expect(acknowledgements()[1]).toMatchObject({ config_version: 4, status: 'applied' });
    expect(seen).toHaveLength(1);
  });

  it.each([
    ['another hash', { unchanged: true, config_hash: 'other' }, 4],
    ['another version', { unchanged: true }, 5],
  ])('is applied although marked as unchanged when it has %s', async (_, more, version) => {
    provision(4);
    bench.start({ onConfig });
    await waitUntil('it is applied', () => acknowledgements().length === 1);
    provision(version, more);
    controller.cut();
    await waitUntil('the other one is applied', () => acknowledgements().length === 2);
    expect(seen).toHaveLength(2);
  });

  it('is reported as failed when marked as unchanged, without content, and different from the applied one', async () => {
    provision(4, { unchanged: true, config: undefined });
    bench.start({ onConfig });
    await waitUntil('it is acknowledged', () => acknowledgements().length === 1);
    expect(acknowledgements()[0]).toMatchObject({ status: 'failed' });
    expect(seen).toEqual([]);
  });

  it('is handed over at start while the controller is unreachable, and reported when it connects', async () => {
    const stateDir = await keptInDirectory();
    const { url } = controller;
    await controller.close();
    const client = bench.client({ onConfig, stateDir, url });
    client.start();
    expect(seen).toEqual([[{ version: 4 }, 'cache']]);
    await waitUntil('it has tried to connect', () => bench.ends.length >= 2);

    const returned = new ScriptedController();
    await returned.listen(Number(new URL(url).port));
    await waitUntil('it registers', () => returned.received.length > 0);
    expect(returned.received[0]).toMatchObject({ config_version: 4, config_hash: 'h4' });
    await client.stop();
    await returned.close();
  });

  it('is reported only after it was applied, even if that takes a while', async () => {
    const stateDir = await keptInDirectory();
    const isApplied = new Gate();
    let isBegun = false;
    bench.start({
      stateDir,
      setTimer: setTimeout,
      onConfig: () => {
        isBegun = true;
        return isApplied.opened;
      },
    });
    expect(isBegun).toBe(true);
    bench.start({ orchestratorId: 'orch-2', setTimer: setTimeout });
    await waitUntil(
      'another one registers and sends a heartbeat',
      () => controller.ofType('i_am_alive').length > 1,
    );
    expect(controller.ofType('register').map(({ orchestrator_id: id }) => id)).toEqual(['orch-2']);
    isApplied.open();
    await waitUntil('it registers', () => controller.ofType('register').length === 2);
    expect(controller.ofType('register')[1]).toMatchObject({ orchestrator_id: 'orch-1', config_version: 4 });
  });

  it('does not block registration when the cached one never finishes', async () => {
    const stateDir = await keptInDirectory();
    bench.start({ stateDir, onConfig: () => new Promise(() => undefined) });
    await waitUntil('it registers', () => controller.received.length > 0);
    expect(controller.received[0]).not.toHaveProperty('config_version');
  });

  it('is stored in a file that only its owner can read', async () => {
    const stateDir = await keptInDirectory();
    const path = join(stateDir, 'config.json');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({
      orchestrator_id: 'orch-1',
      config_version: 4,
    });
  });

  it('is stored as received, whatever the callback does to it, and only if applying it succeeded', async () => {
    const stateDir = bench.directory();
    provision(4);
    bench.start({
      stateDir,
      onConfig: (config) => {
        if (config['version'] === 5) throw new Error('no');
        config['version'] = 'spoilt';
      },
    });
    await waitUntil('it is applied', () => acknowledgements().length === 1);
    controller.send({ type: 'config_update', orchestrator_id: 'orch-1', ...configuration(5) });
    await waitUntil('the next one fails', () => acknowledgements().length === 2);
    // The acknowledgement does not wait for the file.
    await waitUntil('the first one is kept', () => existsSync(join(stateDir, 'config.json')));
    const client = bench.client({ stateDir, onConfig });
    client.start();
    expect(seen).toEqual([[{ version: 4 }, 'cache']]);
  });

  it.each([
    ['damaged', '{"config_ver'],
    ['with another structure', '[]'],
    ['of another orchestrator', JSON.stringify({ orchestrator_id: 'orch-2', ...configuration(9) })],
  ])('is fetched again, and the start continues, when the file is %s', async (_, text) => {
    const stateDir = await keptInDirectory();
    writeFileSync(join(stateDir, 'config.json'), text);
    bench.start({ stateDir, onConfig });
    expect(bench.problems).toEqual(['state']);
    await waitUntil('it is provisioned', () => acknowledgements().length === 1);
    expect(controller.received[0]).not.toHaveProperty('config_version');
    expect(seen).toEqual([[{ version: 4 }, 'provisioning']]);
  });

  it('is fetched again when the stored one can no longer be applied', async () => {
    const stateDir = await keptInDirectory();
    bench.start({
      stateDir,
      onConfig: (config, info) => {
        if (info.source === 'cache') throw new Error('the model is gone');
        onConfig(config, info);
      },
    });
    await waitUntil('it is provisioned', () => acknowledgements().length === 1);
    expect(bench.problems).toEqual(['cached_config']);
    expect(controller.received[0]).not.toHaveProperty('config_version');
  });
});
