import type { FleetEvents, Happening } from '../events/index.js';
import type { LiveEntry, LiveFleet } from '../live-state/index.js';
import type { ConfigPushMetrics } from './config-push.metrics.js';
import { configFrame, ConfigPusher, MAX_SINGLE_EVENTS, type DesiredConfig } from './config.pusher.js';

function desired(orchestratorId: string, configVersion: number): DesiredConfig {
  return {
    orchestratorId,
    configVersion,
    configHash: `hash-${configVersion}`,
    configJson: `{"n":${configVersion}}`,
  };
}

describe('ConfigPusher', () => {
  const entries = new Map<string, LiveEntry>();
  let frames: string[] = [];
  let happenings: Happening[] = [];
  const pusher = new ConfigPusher(
    { get: (id: string) => entries.get(id) } as unknown as LiveFleet,
    { publish: (happening: Happening) => happenings.push(happening) } as unknown as FleetEvents,
    { pushed: () => undefined } as unknown as ConfigPushMetrics,
  );

  beforeEach(() => {
    entries.clear();
    frames = [];
    happenings = [];
  });

  function connect(orchestratorId: string, { isOpen = true, isConnected = true } = {}): void {
    const link = {
      send: (frame: string) => {
        if (isOpen) frames.push(frame);
        return isOpen;
      },
    };
    const entry = { orchestratorId, organizationId: 'org-1', configVersion: 1, isConnected, link };
    entries.set(orchestratorId, entry as unknown as LiveEntry);
  }

  it('writes to connected orchestrators, and counts only successful writes', async () => {
    connect('a');
    connect('closing', { isOpen: false });
    connect('gone', { isConnected: false });
    const all = ['a', 'closing', 'gone', 'nobody'].map((id) => desired(id, 2));
    await expect(pusher.push(all, 'me')).resolves.toBe(1);
    expect(frames).toEqual([configFrame('config_update', desired('a', 2))]);
    expect(happenings).toMatchObject([{ type: 'config.pushed', orchestratorId: 'a', actor: 'me' }]);
  });

  it('never sends an older version after a newer one', async () => {
    connect('a');
    await expect(pusher.push([desired('a', 3)], 'me')).resolves.toBe(1);
    await expect(pusher.push([desired('a', 2)], 'me')).resolves.toBe(0);
    await expect(pusher.push([desired('a', 3)], 'me')).resolves.toBe(0);
    expect(frames).toHaveLength(1);
  });

  it('reports a push to many orchestrators as one event', async () => {
    const ids = Array.from({ length: MAX_SINGLE_EVENTS + 1 }, (_, index) => `many-${index}`);
    for (const id of ids) connect(id);
    await expect(
      pusher.push(
        ids.map((id) => desired(id, 2)),
        'me',
      ),
    ).resolves.toBe(ids.length);
    expect(happenings).toMatchObject([{ type: 'config.pushed', data: { pushed: ids.length } }]);
  });
});

describe('configFrame', () => {
  it("creates the contract's message, and includes unchanged only if true", () => {
    const config = desired('orch-"1"', 7);
    expect(JSON.parse(configFrame('config_update', config))).toEqual({
      type: 'config_update',
      orchestrator_id: 'orch-"1"',
      config_version: 7,
      config_hash: 'hash-7',
      config: { n: 7 },
    });
    expect(JSON.parse(configFrame('provisioning', config, { isUnchanged: true }))).toMatchObject({
      type: 'provisioning',
      unchanged: true,
    });
  });
});
