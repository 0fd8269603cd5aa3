import type { Backups, InternalHealth, OrchestratorFacets } from '@moolai/contracts';
import { NOW, overview } from '../../../testing/builders';
import { attentionOf } from './attention';

const FINE = overview({
  orchestrators: { total: 3, connected: 3, active: 3, independent: 0, inactive: 0, error: 0, expected: 0 },
});
const HEALTHY: InternalHealth = {
  status: 'ok',
  database: { status: 'up', latency_ms: 1.2, write_error: null },
  redis: { status: 'off', latency_ms: null },
  instances: 1,
  websocket: { connections: 3, registered: 3 },
  figures: 'fleet',
  heartbeat_writer: { pending: 0, last_flush_at: null, last_error: null, consecutive_failures: 0 },
  files: { status: 'ok', pending_since: null, error: null },
  default_secrets: [],
  uptime_sec: 60,
  version: '1.0.0',
};

function facets(failed: number, quarantined = 0): OrchestratorFacets {
  return {
    config_statuses: { applied: 1, pending: 0, failed },
    admissions: { admitted: 3, quarantined },
  } as OrchestratorFacets;
}

function texts(...given: Parameters<typeof attentionOf>): string[] {
  return attentionOf(...given).map(({ text }) => text);
}

describe('attentionOf', () => {
  it('finds nothing in a healthy fleet', () => {
    expect(attentionOf(FINE, facets(0), HEALTHY)).toEqual([]);
  });

  it('finds nothing while nothing has loaded', () => {
    expect(attentionOf(undefined, undefined, undefined)).toEqual([]);
  });

  it('lists well-known secrets, and how to replace them', () => {
    const open = { ...HEALTHY, default_secrets: ['DEV_BEARER_TOKEN', 'JWT_SECRET', 'SUPERADMIN_PASSWORD'] };
    expect(texts(FINE, facets(0), open)).toEqual([
      'The controller is reachable from other machines and uses the published default of DEV_BEARER_TOKEN, JWT_SECRET, ' +
        'SUPERADMIN_PASSWORD. To fix this, set DEV_BEARER_TOKEN and JWT_SECRET to values of your own and restart, and ' +
        'change the password of the superadmin in Settings, or accept only local connections with CONTROLLER_HOST=127.0.0.1.',
    ]);
  });

  it('lists problems of the fleet, the worst first, each with a link to the list', () => {
    const fleet = { ...FINE.orchestrators, error: 1, inactive: 2, expected: 3 };

    expect(
      attentionOf({ ...FINE, orchestrators: fleet }, facets(2, 1), undefined).map(({ text, query }) => [
        text,
        query,
      ]),
    ).toEqual([
      ['1 orchestrator has the status Error', { status: 'error' }],
      ['1 orchestrator is quarantined and cannot register', { quarantined: 'true' }],
      ['2 orchestrators could not apply their configuration', { config_status: 'failed' }],
      ['2 orchestrators are inactive', { status: 'inactive' }],
      ['3 orchestrators have not reconnected since the controller restarted', { connected: 'false' }],
    ]);
  });

  it('lists problems of the controller before others of the same severity', () => {
    const writer = { ...HEALTHY.heartbeat_writer, consecutive_failures: 4, last_error: 'disk full' };
    const health: InternalHealth = {
      ...HEALTHY,
      database: { status: 'down', latency_ms: null, write_error: null },
      heartbeat_writer: writer,
      files: { status: 'failing', pending_since: NOW, error: '.env: ENOSPC: no space left on device' },
    };

    expect(texts(FINE, facets(1), health)).toEqual([
      'The database is down. New data is kept in memory until it is back.',
      'Heartbeats cannot be written: disk full',
      '1 orchestrator could not apply its configuration',
      'A configuration file is out of date: .env: ENOSPC: no space left on device',
    ]);
  });

  it('reports that the database stores nothing', () => {
    const database = { ...HEALTHY.database, write_error: 'the database only reads' };
    expect(texts(FINE, facets(0), { ...HEALTHY, database })).toEqual([
      'The database rejects writes: the database only reads',
    ]);
  });

  it('reports a failed backup, and links to the reason', () => {
    const backups = { last_error: { at: NOW, detail: 'The disk is full.' }, items: [] } as unknown as Backups;

    const [problem] = attentionOf(FINE, facets(0), HEALTHY, 0, backups);
    expect(problem).toMatchObject({
      text: 'The last backup failed: The disk is full.',
      path: '/backups',
      query: {},
    });
    expect(attentionOf(FINE, facets(0), HEALTHY, 0, { ...backups, last_error: null })).toEqual([]);
  });
});
