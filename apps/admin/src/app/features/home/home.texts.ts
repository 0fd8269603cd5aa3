import { counted, numeral, type Texts } from '../../core/texts';

/** The texts of the feature `home`. */
export const HOME_TEXTS = {
  attention: {
    inError: (count: number) =>
      counted(count, 'orchestrator has the status Error', 'orchestrators have the status Error'),
    inactive: (count: number) => counted(count, 'orchestrator is inactive', 'orchestrators are inactive'),
    expected: (count: number) =>
      `${counted(count, 'orchestrator has', 'orchestrators have')} not reconnected since the controller restarted`,
    quarantined: (count: number) =>
      `${counted(count, 'orchestrator is', 'orchestrators are')} quarantined and cannot register`,
    refused: (count: number) =>
      `${counted(count, 'registration was', 'registrations were')} refused in the last hour`,
    configurationFailed: (count: number) =>
      counted(
        count,
        'orchestrator could not apply its configuration',
        'orchestrators could not apply their configuration',
      ),
    setOwnValues: (names: readonly string[]) =>
      `set ${names.join(' and ')} to values of your own and restart`,
    changePassword: 'change the password of the superadmin in Settings',
    defaultSecrets: (names: readonly string[], ways: readonly string[]) =>
      `The controller is reachable from other machines and uses the published default of ${names.join(', ')}. ` +
      `To fix this, ${ways.join(', and ')}, or accept only local connections with CONTROLLER_HOST=127.0.0.1.`,
    databaseDown: 'The database is down. New data is kept in memory until it is back.',
    writesRejected: (error: string) => `The database rejects writes: ${error}`,
    heartbeatsNotWritten: (error: string) => `Heartbeats cannot be written: ${error}`,
    fileOutOfDate: (error: string) => `A configuration file is out of date: ${error}`,
    backupFailed: (error: string) => `The last backup failed: ${error}`,
    noReason: 'no reason was given',
  },
  page: {
    heading: 'Home',
    description: 'The fleet at a glance, updated live.',
    noOrchestrators: 'No orchestrators yet',
    noOrchestratorsHint: 'Connect the first one with the generated command. It then appears here.',
    connectFirst: 'Connect the first orchestrator',
    orchestratorsByStatus: 'Orchestrators by status',
    connected: 'Connected',
    of: (total: number) => `of ${numeral(total)}`,
    needsAttention: 'Needs attention',
    noProblemsFound: 'No problems found.',
    recentActivity: 'Recent activity',
    allActivity: 'All activity',
    noActivity: 'No activity yet. Events of orchestrators and users appear here.',
    messages: 'Messages',
    heartbeats: 'Heartbeats',
    sinceStartup: 'since startup',
    processed: 'Processed',
    ignored: 'Ignored',
    organizations: 'Organizations',
    allOrganizations: 'All organizations',
    total: 'Total',
    active: 'Active',
    independent: 'Independent',
    spendToday: 'Spend today',
    utcDay: 'UTC day',
    allCosts: 'All costs',
    cost: 'Cost',
    requests: 'Requests',
    tokens: 'Tokens',
    unpriced: (unpricedEntries: number) =>
      `${counted(unpricedEntries, 'report has', 'reports have')} no cost and ${unpricedEntries === 1 ? 'is' : 'are'} not counted.`,
    controller: 'Controller',
    database: 'Database',
    down: 'Down',
    up: 'Up',
    latency: (value: string | null) => `, ${value} ms`,
    sockets: 'Sockets',
    queuedHeartbeats: 'Queued heartbeats',
  },
} as const satisfies Texts;
