import { counted, type Texts } from '../../core/texts';

/** The texts of the page `instances`. */
export const INSTANCES_TEXTS = {
  page: {
    heading: 'Instances',
    description: 'The controllers that share this fleet. Each serves every request and every orchestrator.',
    summary: 'Summary of the instances',
    instance: 'Instance',
    status: 'Status',
    version: 'Version',
    started: 'Started',
    lastHeard: 'Last heard',
    connections: 'Connections',
    registered: 'Registered',
    running: 'Running',
    runningCount: (up: number, listed: number) =>
      up === listed ? counted(up, 'instance', 'instances') : `${up} of ${listed} instances`,
    redis: 'Redis',
    schedulerTerm: 'Scheduled work',
    schedulerAt: (instanceId: string) => `At ${instanceId}`,
    noScheduler: 'At no instance',
    scheduler: 'Scheduler',
    schedulerHint:
      'Runs backups, retention and expiry for the fleet. Another instance takes over when it ends.',
    up: 'Up',
    upHint: 'Accepts requests and connections.',
    draining: 'Draining',
    drainingHint: 'Shuts down: it finishes its requests and accepts no new connections.',
    lost: 'Lost',
    lostHint: 'It ended without a shutdown, or stands still. It is listed for ten minutes.',
    lastKnown: 'last known',
    mixed: 'More than one version is running.',
    mixedHint: (versions: readonly string[]) =>
      `${versions.join(' and ')}. This is normal during a rolling upgrade; finish it before you use new features.`,
    alone: 'This is the only instance.',
    aloneHint:
      'If it ends, no controller serves the fleet until it is back. Start another one with the same DATABASE_*, REDIS_URL and secrets.',
    noRedisHint:
      'To run several, give each of them the same database, secrets and Redis (REDIS_URL) behind a load balancer, as the chapter “Several controllers” of docs/operators.md describes.',
  },
  redis: {
    up: 'Up',
    down: 'Away: everything goes on, but changes reach other instances up to 5 s later',
    off: 'Not configured',
  },
  titles: {
    page: 'Instances',
  },
} as const satisfies Texts;
