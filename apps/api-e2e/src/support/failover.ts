import type { Message } from '@moolai/contracts';
import { TestOrchestrator, waitUntil, type ControllerProcess } from '@moolai/testing';
import type { ReplicaServer } from './replicated-postgres.js';

/** Sends a message to an orchestrator by REST, as an example of a write. */
export async function post(
  to: ControllerProcess,
  id: string,
): Promise<{ status: number; id: number | undefined }> {
  const response = await fetch(`http://127.0.0.1:${to.port}/api/v1/internal/orchestrators/${id}/messages`, {
    method: 'POST',
    headers: { authorization: 'Bearer fake-dev-token', 'content-type': 'application/json' },
    body: JSON.stringify({ message_type: 'order', message_content: {} }),
  });
  return { status: response.status, id: ((await response.json()) as { data?: Message }).data?.id };
}

export async function isReady(of: ControllerProcess): Promise<boolean> {
  return (await of.fetch('/health/ready'))?.status === 200;
}

export async function untilRefused(of: ControllerProcess, id: string): Promise<void> {
  await waitUntil('nothing is taken', async () => (await post(of, id)).status === 503);
  await waitUntil('it is not ready', async () => !(await isReady(of)));
}

/** Milliseconds until a controller works normally again on its new primary; the goal is 10 s. */
export async function untilHealed(of: ControllerProcess, id: string, on: ReplicaServer): Promise<number> {
  const startedAt = performance.now();
  await waitUntil('messages are taken', async () => (await post(of, id)).status === 201, 60_000);
  await waitUntil('it is ready', () => isReady(of));
  const orchestrator = await TestOrchestrator.connect(`ws://127.0.0.1:${of.port}/ws`);
  const newcomer = `${id}-on-${on.port}`;
  await orchestrator.register(newcomer);
  await untilHeard(of, newcomer, on);
  return performance.now() - startedAt;
}

/** Switches the flag by SQL and waits until the controller has applied each change. */
async function untilHeard(of: ControllerProcess, id: string, on: ReplicaServer): Promise<void> {
  const isIndependent = async (): Promise<boolean | undefined> => {
    const { items } = await of.api.listConnectedOrchestrators();
    return items.find(({ orchestrator_id }) => orchestrator_id === id)?.is_independent;
  };
  for (const value of [true, false]) {
    await on.query('UPDATE orchestrator_instances SET is_independent = $1 WHERE orchestrator_id = $2', [
      value,
      id,
    ]);
    await waitUntil('a switch by SQL is heard', async () => (await isIndependent()) === value);
  }
}

/**
 * Freezes the primary, promotes its standby, and wakes the old primary when the controller works again.
 * @returns the id of a message that was acknowledged after all connections were opened again
 */
export async function failOverWhileFrozen(
  controller: ControllerProcess,
  id: string,
  frozen: ReplicaServer,
  standby: ReplicaServer,
): Promise<number | undefined> {
  standby.follow(frozen.connection);
  await standby.start();
  await frozen.untilFollowed();
  const wakeUp = frozen.freeze();
  await untilRefused(controller, id);
  await standby.promote();
  const healedMs = await untilHealed(controller, id, standby);
  wakeUp();
  process.stdout.write(`primary frozen: healed after ${Math.round(healedMs)} ms\n`);
  await standby.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'moolai-controller%'`,
  );
  const acknowledged = await waitUntil('messages are taken', async () => {
    const answer = await post(controller, id);
    return answer.status === 201 && answer;
  });
  return acknowledged.id;
}
