import type { Texts } from '../../core/texts';

/** The texts of the feature `activity`. */
export const ACTIVITY_TEXTS = {
  page: {
    heading: 'Activity',
    things: 'activity',
    description: 'Events of orchestrators, users and the controller since its last start.',
    searchLabel: 'Search activity',
    noMatch: 'No matching activity',
    type: 'Type',
    allTypes: 'All types',
    removeFilter: (label: string) => `Remove filter ${label}`,
    noActivityYet: 'No activity yet',
    noActivityYetHint: 'Events of orchestrators, users and the controller appear here.',
  },
  titles: {
    activity: 'Activity',
  },
} as const satisfies Texts;
