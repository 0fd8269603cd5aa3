import type { Backups, InternalHealth, OrchestratorFacets, Overview } from '@moolai/contracts';
import type { Tone } from '../../ui/axes';
import type { IconName } from '../../ui/icon-paths';
import { HOME_TEXTS } from './home.texts';

const TEXTS = HOME_TEXTS.attention;

/** A problem to look at, with a link. */
export interface Attention {
  readonly id: string;
  readonly tone: Tone;
  readonly icon: IconName;
  readonly text: string;
  /** Path of the list; by default the orchestrators. */
  readonly path?: string;
  /** Query of the list with the affected items; null if there is none. */
  readonly query: Readonly<Record<string, string>> | null;
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
          text: TEXTS.inError(error),
          query: { status: 'error' },
        },
    inactive === 0
      ? null
      : {
          id: 'inactive',
          tone: 'warn',
          icon: 'unlink',
          text: TEXTS.inactive(inactive),
          query: { status: 'inactive' },
        },
    expected === 0
      ? null
      : {
          id: 'expected',
          tone: 'calm',
          icon: 'clock',
          text: TEXTS.expected(expected),
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
    text: TEXTS.quarantined(quarantined),
    query: { quarantined: 'true' },
  };
}

function ofRefusals(refusals: number): Attention | null {
  if (refusals === 0) return null;
  return {
    id: 'refused',
    tone: 'warn',
    icon: 'problem',
    text: TEXTS.refused(refusals),
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
    text: TEXTS.configurationFailed(failed),
    query: { config_status: 'failed' },
  };
}

function ofSecrets({ default_secrets: names }: InternalHealth): Attention | null {
  if (names.length === 0) return null;
  const others = names.filter((name) => name !== 'SUPERADMIN_PASSWORD');
  const ways = [
    ...(others.length > 0 ? [TEXTS.setOwnValues(others)] : []),
    ...(others.length < names.length ? [TEXTS.changePassword] : []),
  ];
  return {
    id: 'secrets',
    tone: 'bad',
    icon: 'lock',
    text: TEXTS.defaultSecrets(names, ways),
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
          text: TEXTS.databaseDown,
          query: null,
        },
    database.status === 'down' || database.write_error === null || writer.consecutive_failures > 0
      ? null
      : {
          id: 'writes',
          tone: 'bad',
          icon: 'database',
          text: TEXTS.writesRejected(database.write_error),
          query: null,
        },
    writer.consecutive_failures === 0
      ? null
      : {
          id: 'writer',
          tone: 'bad',
          icon: 'database',
          text: TEXTS.heartbeatsNotWritten(writer.last_error ?? TEXTS.noReason),
          query: null,
        },
    files.status === 'ok'
      ? null
      : {
          id: 'files',
          tone: 'warn',
          icon: 'problem',
          text: TEXTS.fileOutOfDate(files.error ?? TEXTS.noReason),
          query: null,
        },
  ];
}

/** Reports a failed attempt or verification; having no backup yet is not a problem. */
function ofBackups({ last_error: problem, items: [newest] }: Backups): Attention | null {
  const text =
    problem || newest?.verification === 'failed'
      ? TEXTS.backupFailed(problem?.detail ?? newest?.detail ?? TEXTS.noReason)
      : null;
  return text === null
    ? null
    : { id: 'backups', tone: 'bad', icon: 'database', text, path: '/backups', query: {} };
}

/** All problems that need attention, the worst first. */
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
