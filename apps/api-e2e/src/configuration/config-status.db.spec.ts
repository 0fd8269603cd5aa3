import { configStatusSql } from '@moolai/api';
import { configStatusOf, type ConfigFacts } from '@moolai/contracts';
import { TestDatabase } from '@moolai/testing';

const DESIRED = 5;
const VERSIONS = [null, DESIRED - 1, DESIRED, DESIRED + 1];

/** Every combination of what may be known. */
const CASES: ConfigFacts[] = VERSIONS.flatMap((reportedVersion) =>
  VERSIONS.flatMap((ackVersion) =>
    ([null, 'applied', 'failed'] as const).map((ackStatus) => ({
      configVersion: DESIRED,
      reportedVersion,
      ackVersion,
      ackStatus,
    })),
  ),
);

describe('config_status in SQL', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await TestDatabase.create();
  });

  afterAll(() => database.drop());

  it('is what the contracts make of the same row, for every row', async () => {
    const rows = CASES.map(({ configVersion, reportedVersion, ackVersion, ackStatus }, id) => ({
      id,
      config_version: configVersion,
      reported_config_version: reportedVersion,
      config_ack_version: ackVersion,
      config_ack_status: ackStatus,
    }));
    const answers = await database.query<{ status: string }>(
      `SELECT ${configStatusSql('o')} AS status
       FROM jsonb_populate_recordset(NULL::orchestrator_instances, $1::jsonb) AS o ORDER BY o.id`,
      [JSON.stringify(rows)],
    );
    expect(CASES.map((facts, id) => ({ ...facts, status: answers[id]?.status }))).toEqual(
      CASES.map((facts) => ({ ...facts, status: configStatusOf(facts) })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set(['applied', 'failed', 'pending']));
  });
});
