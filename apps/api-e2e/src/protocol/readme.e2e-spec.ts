import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { waitUntil } from '@moolai/testing';
import { useController } from '../support/use-controller.js';

const README = new URL('../../../../README.md', import.meta.url);

describe('the plain client of the README', () => {
  const controller = useController({ env: { HEARTBEAT_INTERVAL_SEC: '0.1', HEARTBEAT_TTL_SEC: '5' } });

  it('connects, sends heartbeats and applies configuration as shown', async () => {
    const [, snippet = ''] = /```js\n([\s\S]*?)```/.exec(readFileSync(README, 'utf8')) ?? [];
    expect(snippet.trim().split('\n').length).toBeLessThanOrEqual(15);
    const script = snippet.replace('ws://localhost:8765/ws', `${controller.url.replace('http', 'ws')}/ws`);
    expect(script).not.toBe(snippet);
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (data: Buffer) => (output += data.toString()));
    await waitUntil('its heartbeats count', async () => {
      return (await controller.api.getOverview()).heartbeats.processed >= 3;
    });
    await waitUntil('its configuration is acknowledged', async () => {
      const one = await controller.api.getOrchestrator('my-orch');
      return one.reported_config_version === one.config_version;
    });
    expect(output).toContain('configuration');
    child.kill();
  });
});
