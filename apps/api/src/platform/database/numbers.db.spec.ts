import { readFileSync } from 'node:fs';
import { TestDatabase } from '@moolai/testing';

const OPERATORS = readFileSync(new URL('../../../../../docs/operators.md', import.meta.url), 'utf8');

/**
 * Every column and sequence of 32 bits or fewer, with the reason why it cannot run out. A new one must be listed here;
 * one that grows with traffic needs 64 bits, and every sequence belongs in the table in docs/operators.md.
 */
const NARROW: Readonly<Record<string, string>> = {
  // From sequences: docs/operators.md has the arithmetic.
  'orchestrator_instances.id': 'one for each orchestrator that is made',
  orchestrator_instances_id_seq: 'as above',
  'metric_names.id': 'one for each name that is learned; the fleet learns at most 100,000',
  metric_names_id_seq: 'as above',
  'enrolment_tokens.id': 'one for each token that somebody makes by hand',
  enrolment_tokens_id_seq: 'as above',
  'migrations.id': 'one for each migration',
  migrations_id_seq: 'as above',
  // References to those.
  'orchestrator_directory.id': 'the id of its orchestrator',
  'orchestrator_activity.id': 'the id of its orchestrator',
  'monitoring_samples.instance_id': 'the id of its orchestrator',
  'monitoring_samples.metric_id': 'the id of its name',
  'independence_grants.instance_id': 'the id of its orchestrator',
  'orchestrator_metric_names.instance_id': 'the id of its orchestrator',
  'orchestrator_metric_names.metric_id': 'the id of its name',
  'organization_metric_names.metric_id': 'the id of its name',
  'orchestrator_credentials.enrolment_token_id': 'the id of its token',
  // One per change of one configuration: docs/operators.md.
  'fleet_configuration.revision': 'changes of the fleet',
  'organizations.settings_revision': 'changes of one organization',
  'orchestrator_instances.own_config_revision': 'changes of one orchestrator',
  'orchestrator_instances.config_version': 'changes that concern one orchestrator',
  'orchestrator_instances.reported_config_version': 'a config_version',
  'orchestrator_instances.config_ack_version': 'a config_version',
  'orchestrator_instances.first_config_version': 'a config_version',
  'orchestrator_instances.first_own_revision': 'a revision',
  'configuration_revisions.revision': 'a revision',
  'orchestrator_config_versions.config_version': 'a config_version',
  'orchestrator_config_versions.fleet_revision': 'a revision',
  'orchestrator_config_versions.organization_revision': 'a revision',
  'orchestrator_config_versions.own_revision': 'a revision',
  // Limited by what they count.
  'fleet_configuration.id': 'always 1',
  'controller_fleet.id': 'always 1',
  'controller_starts.connections': 'connections of one process',
  'controller_starts.registered': 'connections of one process',
  'orchestrator_messages.attempts': 'at most one a connection and deadline of one message',
  'orchestrator_messages.unanswered': 'at most MESSAGE_MAX_ATTEMPTS',
  'usage_entries.entry': 'the place in one report, which has at most 100',
  'message_counts.shard': 'at most 15',
  'orchestrator_counts.shard': 'at most 15',
  'enrolment_tokens.max_uses': 'what the API allows',
  'enrolment_tokens.uses': 'at most max_uses, or one for each enrolment',
};

describe('numbers in the database', () => {
  it('have 64 bits, or a reason why they cannot run out', async () => {
    const database = await TestDatabase.create();
    const rows = await database.query<{ name: string }>(
      `SELECT c.table_name || '.' || c.column_name AS name FROM information_schema.columns c
       JOIN information_schema.tables t USING (table_schema, table_name)
       WHERE c.table_schema = 'public' AND c.data_type IN ('integer', 'smallint') AND t.table_type = 'BASE TABLE'
       UNION ALL SELECT sequencename FROM pg_sequences
       WHERE schemaname = 'public' AND (data_type IN ('integer'::regtype, 'smallint') OR max_value < 9007199254740991)
       ORDER BY 1`,
    );
    await database.drop();
    expect(rows.map(({ name }) => name).sort()).toEqual(Object.keys(NARROW).sort());
    const sequences = Object.keys(NARROW).filter((name) => name.endsWith('_seq'));
    expect(sequences.filter((name) => !OPERATORS.includes(`\`${name}\``))).toEqual([]);
  });
});
