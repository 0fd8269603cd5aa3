import { counted, type Texts } from '../../core/texts';

/** The texts of the feature `costs`. */
export const COSTS_TEXTS = {
  page: {
    today: 'Today',
    days7: '7 days',
    days30: '30 days',
    byOrganization: 'By organization',
    organization: 'Organization',
    byModel: 'By model',
    model: 'Model',
    byDayUtc: 'By day (UTC)',
    day: 'Day',
    soFar: 'so far',
    heading: 'Costs',
    description: 'Model usage as orchestrators report it, per UTC day. Nothing is estimated.',
    timeRange: 'Time range',
    noUsage: 'No usage in this time range',
    noUsageHint:
      'Orchestrators report usage in their monitoring messages. Choose a longer time range, or check that they are connected.',
    show30Days: 'Show 30 days',
    orchestrators: 'Orchestrators',
    beginsLate: (begin: string) =>
      `There was too much usage to add up in time. The sums start at ${begin} UTC. Reload the page to include older usage.`,
    total: 'Total',
    cost: 'Cost',
    requests: 'Requests',
    inputTokens: 'Input tokens',
    outputTokens: 'Output tokens',
    unpriced: (unpricedEntries: number) =>
      `${counted(unpricedEntries, 'report has', 'reports have')} no cost, so the total is too low.`,
  },
  titles: {
    costs: 'Costs',
  },
  usageTable: {
    cost: 'Cost',
    requests: 'Requests',
    inputTokens: 'Input tokens',
    outputTokens: 'Output tokens',
    withoutACost: 'Without a cost',
  },
} as const satisfies Texts;
