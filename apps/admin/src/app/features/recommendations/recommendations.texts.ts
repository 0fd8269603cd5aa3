import { numeral, type Texts } from '../../core/texts';

/** The texts of the feature `recommendations`. */
export const RECOMMENDATIONS_TEXTS = {
  grouping: {
    withoutAType: 'without a type',
  },
  page: {
    open: 'Open',
    acknowledged: 'Acknowledged',
    dismissed: 'Dismissed',
    noRecommendations: 'No recommendations',
    noRecommendationsHint: 'Recommendations from orchestrators appear here.',
    noneAcknowledged: 'None acknowledged yet',
    noneAcknowledgedHint: 'Acknowledged recommendations appear here.',
    noneDismissed: 'None dismissed yet',
    noneDismissedHint: 'Dismissed recommendations appear here.',
    byOrchestrator: 'By orchestrator',
    byType: 'By type',
    dismiss: 'Dismiss',
    close: 'Close',
    settled: (done: number, outcome: string) => `${numeral(done)} ${outcome}.`,
    settledPartly: (done: number, outcome: string, failed: number, reason: string) =>
      `${numeral(done)} ${outcome}, ${numeral(failed)} failed: ${reason}`,
    requestId: (requestId: string) => `Request id ${requestId}`,
    heading: 'Recommendations',
    description: 'Suggestions from orchestrators. None is applied automatically.',
    searchRecommendations: 'Search recommendations',
    searchByOrchestrator: 'Search by orchestrator',
    status: 'Status',
    group: 'Group',
    selection: 'Selection',
    selected: (count: number) => `${numeral(count)} selected`,
    acknowledgeSelected: 'Acknowledge selected',
    dismissSelected: 'Dismiss selected',
    clear: 'Clear',
    selectAllOf: (name: string) => `Select all of ${name}`,
    selectRecommendation: (id: number) => `Select recommendation ${id}`,
    message: (id: number) => `Message ${id}`,
    fullRecommendation: 'Full recommendation',
    acknowledgeRecommendation: (id: number) => `Acknowledge recommendation ${id}`,
    acknowledge: 'Acknowledge',
    dismissRecommendation: (id: number) => `Dismiss recommendation ${id}`,
    noMatch: 'No matching recommendations',
    noMatchHint: (search: string) =>
      `No recommendation comes from an orchestrator whose id contains “${search}”.`,
    clearTheSearch: 'Clear the search',
    goToFirstPage: 'Go to the first page',
    pages: 'Pages of recommendations',
  },
  titles: {
    recommendations: 'Recommendations',
  },
} as const satisfies Texts;
