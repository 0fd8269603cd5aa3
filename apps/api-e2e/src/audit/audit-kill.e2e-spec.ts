import { ControllerProcess, freePort, newDataDir, waitUntil } from '@moolai/testing';

const KILLS = 4;
const WRITERS = 6;
/** Number of answers before the next kill. */
const BETWEEN_KILLS = 25;

describe('kill -9 during changes', () => {
  const dataDir = newDataDir();
  let controller: ControllerProcess;
  let isOver = false;
  const accepted: string[] = [];

  beforeAll(async () => {
    const port = await freePort();
    controller = new ControllerProcess(port, dataDir, { DEMO_FLEET: '0', LOG_LEVEL: 'warn' });
    await controller.untilHealthy();
  });

  afterAll(() => controller.stop());

  /** Creates an organization and renames it; undefined if the controller died meanwhile. */
  async function send(method: string, path: string, body: object): Promise<number | undefined> {
    try {
      const response = await fetch(
        `http://127.0.0.1:${controller.port}/api/v1/internal/organizations${path}`,
        {
          method,
          headers: { authorization: 'Bearer fake-dev-token', 'content-type': 'application/json' },
          body: JSON.stringify(body),
        },
      );
      return response.status;
    } catch {
      return undefined;
    }
  }

  async function write(writer: number): Promise<void> {
    for (let n = 0; !isOver; n += 1) {
      const organization_id = `org-${writer}-${n}`;
      if ((await send('POST', '', { organization_id, name: 'old' })) === 201) accepted.push(organization_id);
      if ((await send('PATCH', `/${organization_id}`, { name: 'new' })) === 200) {
        accepted.push(`${organization_id} renamed`);
      }
      if (controller.exit) await waitUntil('it is there again', () => isOver || !controller.exit);
    }
  }

  it('keeps a change and its record, or neither', async () => {
    const writers = Array.from({ length: WRITERS }, (_, writer) => write(writer));
    for (let kill = 1; kill <= KILLS; kill += 1) {
      const wanted = accepted.length + BETWEEN_KILLS;
      await waitUntil('some are accepted', () => accepted.length >= wanted);
      controller.signal('SIGKILL');
      await controller.untilExit();
      controller = new ControllerProcess(controller.port, dataDir, { DEMO_FLEET: '0', LOG_LEVEL: 'warn' });
      await controller.untilHealthy();
    }
    isOver = true;
    await Promise.all(writers);
    const [lists] = await controller.query<{ changes: string[]; records: string[] }>(
      `SELECT
         (SELECT array_agg(what ORDER BY what) FROM (
            SELECT organization_id AS what FROM organizations WHERE organization_id LIKE 'org-_-%'
            UNION ALL
            SELECT organization_id || ' renamed' FROM organizations WHERE name = 'new'
          ) AS c) AS changes,
         (SELECT array_agg(what ORDER BY what) FROM (
            SELECT target_id || CASE action WHEN 'organization.changed' THEN ' renamed' ELSE '' END AS what
            FROM audit_entries WHERE action IN ('organization.created', 'organization.changed')
              AND actor_kind = 'dev_token'
          ) AS r) AS records`,
    );
    expect(lists?.records).toEqual(lists?.changes);
    const kept = new Set(lists?.records);
    expect(accepted.filter((one) => !kept.has(one))).toEqual([]);
    const verification = await controller.api.verifyAudit();
    expect(verification).toMatchObject({ ok: true, broken: null });
    expect(verification.count).toBeGreaterThanOrEqual(KILLS * BETWEEN_KILLS);
  }, 120_000);
});
