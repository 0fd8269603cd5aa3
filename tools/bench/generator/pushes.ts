import { setTimeout as delay } from 'node:timers/promises';
import { within, type Fleet } from './fleet.ts';
import { api } from './http.ts';

export interface ConfigPush {
  count: number;
  perSec: number;
  tag: string;
}

export interface SettingsPush {
  organizationId: string;
  settings: object;
}

/** PUT of one orchestrator's configuration until its frame is there; milliseconds of each. */
export async function measureConfigPush(fleet: Fleet, { count, perSec, tag }: ConfigPush): Promise<number[]> {
  const { members, target } = fleet;
  const arrivals = new Map<string, (nowMs: number) => void>();
  fleet.listen(({ id }, text) => {
    if (text.startsWith('{"type":"config_update"')) arrivals.get(id)?.(performance.now());
  });
  const ms: number[] = [];
  const pushes: Promise<void>[] = [];
  for (let index = 0; index < count; index += 1) {
    const member = members[(index * 7_919) % members.length];
    if (!member) break;
    const { id } = member;
    pushes.push(
      (async () => {
        const startMs = performance.now();
        const arrived = new Promise<number>((resolve) => arrivals.set(id, resolve));
        const body = { features: { release: `${tag}-${index}` } };
        const put = api(target, 'PUT', `/internal/orchestrators/${id}/config`, body);
        ms.push((await arrived) - startMs);
        await put;
      })(),
    );
    await delay(1000 / perSec);
  }
  await within(Promise.all(pushes), 'a configuration did not arrive');
  return ms;
}

/** PUT of an organization's settings until the last one has its frame. */
export async function measureSettingsPush(
  fleet: Fleet,
  { organizationId, settings }: SettingsPush,
): Promise<{ lastMs: number }> {
  const startMs = performance.now();
  let left = fleet.members.length;
  const lastFrame = new Promise<number>((resolve) =>
    fleet.listen((_, text) => {
      if (text.startsWith('{"type":"config_update"') && --left === 0) resolve(performance.now());
    }),
  );
  const body = { settings };
  const put = api(fleet.target, 'PUT', `/internal/organizations/${organizationId}/settings`, body);
  await within(put, 'the settings are not saved');
  return { lastMs: (await within(lastFrame, 'a frame did not arrive')) - startMs };
}
