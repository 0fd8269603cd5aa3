import { setTimeout as delay } from 'node:timers/promises';
import { within } from './fleet.mjs';
import { api } from './http.mjs';

/** PUT of one orchestrator's configuration until its frame is there; milliseconds of each. */
export async function measureConfigPush(fleet, { count, perSec, tag }) {
  const { members, target } = fleet;
  const arrivals = new Map();
  fleet.listen(({ id }, text) => {
    if (text.startsWith('{"type":"config_update"')) arrivals.get(id)?.(performance.now());
  });
  const ms = [];
  const pushes = [];
  for (let index = 0; index < count; index += 1) {
    const { id } = members[(index * 7_919) % members.length];
    pushes.push(
      (async () => {
        const startMs = performance.now();
        const arrived = new Promise((resolve) => arrivals.set(id, resolve));
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
export async function measureSettingsPush(fleet, { organizationId, settings }) {
  const startMs = performance.now();
  let left = fleet.members.length;
  const lastFrame = new Promise((resolve) =>
    fleet.listen((_, text) => {
      if (text.startsWith('{"type":"config_update"') && --left === 0) resolve(performance.now());
    }),
  );
  const body = { settings };
  const put = api(fleet.target, 'PUT', `/internal/organizations/${organizationId}/settings`, body);
  const { pushed } = await within(put, 'the settings are not saved');
  return { lastMs: (await within(lastFrame, 'a frame did not arrive')) - startMs, pushed };
}
