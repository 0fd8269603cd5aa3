import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Controller } from './controller.ts';
import type { Ledger } from './ledger.ts';
import type { SoakOperator } from './operator.ts';
import type { SoakOrchestrator } from './orchestrator.ts';

const SETTLE_MS = 180_000;

/** How one promise was kept: how often it was checked, and how often it was broken. */
export interface PromiseLine {
  promise: string;
  count: number;
  broken: number;
}

type Check = (promise: string, count: number, broken: string[]) => void;

interface Parties {
  controller: Controller;
  fleet: SoakOrchestrator[];
  operator: SoakOperator;
}

/** Waits until nothing is under way any more; gives what still is when the time is over. */
export async function untilSettled(
  controller: Controller,
  fleet: SoakOrchestrator[],
): Promise<string | undefined> {
  const deadline = performance.now() + SETTLE_MS;
  for (;;) {
    const unanswered = fleet.reduce((sum, one) => sum + one.unanswered.size, 0);
    const away = fleet.filter(({ isConnected }) => !isConnected).length;
    const { waiting } = await controller.row<{ waiting: number }>(
      `SELECT count(*)::int AS waiting FROM orchestrator_messages
        WHERE direction = 'to_orchestrator' AND status IN ('pending', 'sent')`,
    );
    if (unanswered + away + waiting === 0) return undefined;
    if (performance.now() > deadline)
      return `${unanswered} reports unanswered, ${away} orchestrators away, ${waiting} messages not delivered`;
    await delay(500);
  }
}

/** Compares every promise with what is stored. Each line of the result has a count of what broke it. */
export async function account({ ledger, ...parties }: Parties & { ledger: Ledger }): Promise<PromiseLine[]> {
  const lines: PromiseLine[] = [];
  const check: Check = (promise, count, broken) => {
    lines.push({ promise, count, broken: broken.length });
    for (const one of broken.slice(0, 5)) ledger.fault(`${promise}: ${one}`);
  };
  await checkReports(parties, check);
  await checkMessages(parties, check);
  await checkSwitches(parties, check);
  await checkConfigurations(parties, check);
  return lines;
}

async function checkReports({ controller, fleet }: Parties, check: Check): Promise<void> {
  const rows = await controller.sql<{
    id: number;
    orchestrator_id: string;
    client_message_id: string | null;
  }>(
    `SELECT id::float8 AS id, orchestrator_id, client_message_id FROM orchestrator_messages
      WHERE direction = 'from_orchestrator'`,
  );
  const stored = new Map<string, number>();
  const doubled: string[] = [];
  for (const { id, orchestrator_id, client_message_id } of rows) {
    const key = `${orchestrator_id} ${client_message_id}`;
    if (stored.has(key)) doubled.push(key);
    stored.set(key, id);
  }
  const answered = fleet.flatMap(({ id, received }) =>
    [...received].map(([key, messageId]): [string, number] => [`${id} ${key}`, messageId]),
  );
  check(
    'a report that was answered is stored under the id it was answered with',
    answered.length,
    answered.filter(([key, id]) => stored.get(key) !== id).map(([key]) => key),
  );
  check('no report is stored twice', rows.length, doubled);
  const { requests } = await controller.row<{ requests: number }>(
    `SELECT coalesce(sum(requests), 0)::float8 AS requests FROM usage_entries WHERE model = 'soak-model'`,
  );
  const told = fleet.reduce((sum, { answeredRequests }) => sum + answeredRequests, 0);
  check(
    'usage equals the sum of the acknowledged reports',
    told,
    requests === told ? [] : [`stored ${requests}, told ${told}`],
  );
}

async function checkMessages({ controller, fleet, operator }: Parties, check: Check): Promise<void> {
  const rows = await controller.sql<{ id: number; orchestrator_id: string; status: string; key: string }>(
    `SELECT id::float8 AS id, orchestrator_id, status, message_content->>'key' AS key FROM orchestrator_messages
      WHERE direction = 'to_orchestrator'`,
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  const keys = new Map<string, number>();
  for (const { key } of rows) keys.set(key, (keys.get(key) ?? 0) + 1);
  const accepted = [...operator.accepted];
  check(
    'a message that was answered with 201 is stored and delivered',
    accepted.length,
    accepted
      .filter((id) => byId.get(id)?.status !== 'delivered')
      .map((id) => `${id} is ${byId.get(id)?.status}`),
  );
  check(
    'a message that was posted again with its key exists once',
    keys.size,
    [...keys].filter(([, count]) => count > 1).map(([key]) => key),
  );
  const arrived = new Map(fleet.map(({ id, messages }) => [id, messages]));
  check(
    'a delivered message arrived',
    rows.length,
    rows
      .filter(
        ({ id, orchestrator_id, status }) => status === 'delivered' && !arrived.get(orchestrator_id)?.has(id),
      )
      .map(({ id }) => String(id)),
  );
}

async function checkSwitches({ controller, operator }: Parties, check: Check): Promise<void> {
  const rows = await controller.sql<{ orchestrator_id: string; is_independent: boolean }>(
    `SELECT orchestrator_id, is_independent FROM orchestrator_instances`,
  );
  const stored = new Map(
    rows.map(({ orchestrator_id, is_independent }) => [orchestrator_id, is_independent]),
  );
  const switches = [...operator.switches];
  check(
    'a switch that was answered is in the database',
    switches.length,
    switches.filter(([id, flag]) => stored.get(id) !== flag).map(([id]) => id),
  );
  const text = readFileSync(join(controller.configDir, 'orchestrator_independence.json'), 'utf8');
  const { orchestrators } = JSON.parse(text) as {
    orchestrators: Partial<Record<string, { is_independent: boolean }>>;
  };
  check(
    'a switch that was answered is in orchestrator_independence.json',
    switches.length,
    switches.filter(([id, flag]) => orchestrators[id]?.is_independent !== flag).map(([id]) => id),
  );
  const lines = new Set(readFileSync(join(controller.configDir, '.env'), 'utf8').split('\n'));
  check(
    'a switch that was answered is in .env',
    switches.length,
    switches.filter(([id, flag]) => !lines.has(envLine(id, flag))).map(([id]) => id),
  );
}

function envLine(id: string, flag: boolean): string {
  return `ORCHESTRATOR_${id.toUpperCase().replace(/[^A-Z0-9]/g, '_')}_INDEPENDENT=${flag}`;
}

async function checkConfigurations({ controller, fleet, operator }: Parties, check: Check): Promise<void> {
  const rows = await controller.sql<{ orchestrator_id: string; config_version: string }>(
    `SELECT orchestrator_id, config_version FROM orchestrator_instances`,
  );
  const stored = new Map(
    rows.map(({ orchestrator_id, config_version }) => [orchestrator_id, Number(config_version)]),
  );
  const changed = [...operator.versions];
  check(
    'a configuration that was answered is stored',
    changed.length,
    changed.filter(([id, version]) => (stored.get(id) ?? 0) < version).map(([id]) => id),
  );
  check(
    'every orchestrator runs with its newest configuration',
    fleet.length,
    fleet
      .filter(({ id, configVersion }) => stored.get(id) !== configVersion)
      .map(({ id, configVersion }) => `${id} runs with ${configVersion}, stored ${stored.get(id)}`),
  );
}
