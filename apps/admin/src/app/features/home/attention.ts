import type { Backups, InternalHealth, OrchestratorFacets, Overview } from '@moolai/contracts';
import type { Tone } from '../../ui/axes';
import type { IconName } from '../../ui/icon-paths';

/** Something that a person should look at, and where. */
export interface Attention {
  readonly id: string;
  readonly tone: Tone;
  readonly icon: IconName;
  readonly text: string;
  /** Where it is listed; the orchestrators when nothing else is said. */
  readonly path?: string;
  /** Query of that list, which shows whom it is about; null when no page tells more. */
  readonly query: Readonly<Record<string, string>> | null;
}

function are(count: number, one: string, many: string): string {
  return count === 1 ? `1 orchestrator ${one}` : `${count.toLocaleString('en')} orchestrators ${many}`;
}

function ofFleet({ orchestrators }: Overview): (Attention | null)[] {
  const { error, inactive, expected } = orchestrators;
  return [
    error === 0
      ? null
      : {
          id: 'error',
          tone: 'bad',
          icon: 'problem',
          text: are(error, 'is in error', 'are in error'),
          query: { status: 'error' },
        },
    inactive === 0
      ? null
      : {
          id: 'inactive',
          tone: 'warn',
          icon: 'unlink',
          text: are(inactive, 'is inactive', 'are inactive'),
          query: { status: 'inactive' },
        },
    expected === 0
      ? null
      : {
          id: 'expected',
          tone: 'calm',
          icon: 'clock',
          text: `${are(expected, 'has', 'have')} not reconnected since the controller restarted`,
          query: { connected: 'false' },
        },
  ];
}

function ofAdmission({ admissions: { quarantined } }: OrchestratorFacets): Attention | null {
  if (quarantined === 0) return null;
  return {
    id: 'quarantined',
    tone: 'bad',
    icon: 'lock',
    text: are(quarantined, 'is quarantined and cannot register', 'are quarantined and cannot register'),
    query: { quarantined: 'true' },
  };
}

function ofRefusals(refusals: number): Attention | null {
  if (refusals === 0) return null;
  const count = refusals === 1 ? '1 registration was' : `${refusals.toLocaleString('en')} registrations were`;
  return {
    id: 'refused',
    tone: 'warn',
    icon: 'problem',
    text: `${count} refused in the last hour`,
    path: '/activity',
    query: { type: 'orchestrator.refused' },
  };
}

function ofConfiguration({ config_statuses: { failed } }: OrchestratorFacets): Attention | null {
  if (failed === 0) return null;
  return {
    id: 'config',
    tone: 'bad',
    icon: 'problem',
    text: are(failed, 'could not apply its configuration', 'could not apply their configuration'),
    query: { config_status: 'failed' },
  };
}

function ofSecrets({ default_secrets: names }: InternalHealth): Attention | null {
  if (names.length === 0) return null;
  const others = names.filter((name) => name !== 'SUPERADMIN_PASSWORD');
  const ways = [
    ...(others.length > 0 ? [`set ${others.join(' and ')} to values of your own and restart`] : []),
    ...(others.length < names.length ? ['change the password of the superadmin in Settings'] : []),
  ];
  return {
    id: 'secrets',
    tone: 'bad',
    icon: 'lock',
    text:
      `The controller is reachable from other machines and uses the published default of ${names.join(', ')}. To fix this, ${ways.join(', and ')}, ` +
      'or accept only local connections with CONTROLLER_HOST=127.0.0.1.',
    query: null,
  };
}

function ofController(health: InternalHealth): (Attention | null)[] {
  const { database, heartbeat_writer: writer, files } = health;
  return [
    ofSecrets(health),
    database.status === 'up'
      ? null
      : {
          id: 'database',
          tone: 'bad',
          icon: 'database',
          text: 'The database is down. New data is kept in memory until it is back.',
          query: null,
        },
    database.status === 'down' || database.write_error === null || writer.consecutive_failures > 0
      ? null
      : {
          id: 'writes',
          tone: 'bad',
          icon: 'database',
          text: `The database rejects writes: ${database.write_error}`,
          query: null,
        },
    writer.consecutive_failures === 0
      ? null
      : {
          id: 'writer',
          tone: 'bad',
          icon: 'database',
          text: `Heartbeats cannot be written: ${writer.last_error ?? 'no reason was given'}`,
          query: null,
        },
    files.status === 'ok'
      ? null
      : {
          id: 'files',
          tone: 'warn',
          icon: 'problem',
          text: `A configuration file is out of date: ${files.error ?? 'no reason was given'}`,
          query: null,
        },
  ];
}

/** A failed attempt, and a last one that could not be restored, are told; that there is none yet is not a fault. */
function ofBackups({ last_error: problem, items: [newest] }: Backups): Attention | null {
  const text =
    problem || newest?.verification === 'failed'
      ? `The last backup failed: ${problem?.detail ?? newest?.detail ?? 'no reason was given'}`
      : null;
  return text === null
    ? null
    : { id: 'backups', tone: 'bad', icon: 'database', text, path: '/backups', query: {} };
}

/** Everything that needs somebody's attention, the worst first. */
export function attentionOf(
  overview: Overview | undefined,
  facets: OrchestratorFacets | undefined,
  health: InternalHealth | undefined,
  refusals = 0,
  backups: Backups | undefined = undefined,
): Attention[] {
  const found = [
    ...(health ? ofController(health) : []),
    ...(overview ? ofFleet(overview) : []),
    facets ? ofAdmission(facets) : null,
    facets ? ofConfiguration(facets) : null,
    ofRefusals(refusals),
    backups ? ofBackups(backups) : null,
  ].filter((one) => one !== null);
  const rank: Readonly<Record<Tone, number>> = { bad: 0, warn: 1, own: 2, calm: 3, good: 4 };
  return found.sort((a, b) => rank[a.tone] - rank[b.tone]);
}
