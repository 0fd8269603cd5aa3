import { numeral, type Texts } from '../../core/texts';

/** The texts of the dialog that works on many things. */
export const BULK_TEXTS = {
  bulkFrame: {
    waiting: 'Waiting',
    done: 'Done',
    unchanged: 'Unchanged',
    failed: 'Failed',
    everything: (count: number) =>
      `Everything that matches the current filters, on all pages: currently ${numeral(count)}.`,
    andMore: (count: number) => `and ${numeral(count)} more.`,
    typeToConfirm: (count: number) => `Type ${count} to confirm`,
    loadingAllMatches: 'Loading all matches…',
    progress: 'Progress',
    of: (finished: number, total: number) => `${numeral(finished)} of ${numeral(total)}…`,
    switchedBack: 'switched back',
    summary: (done: number, outcome: string, failed: number, notStarted: number, unchanged: number) => {
      const parts = [
        `${numeral(done)} ${outcome}`,
        ...(failed > 0 ? [`${numeral(failed)} failed`] : []),
        ...(notStarted > 0 ? [`${numeral(notStarted)} not started`] : []),
      ];
      return `${parts.join(', ')}.${unchanged > 0 ? ` ${numeral(unchanged)} unchanged.` : ''}`;
    },
    onlyFailures: 'Show only failures',
    results: 'Results',
    stop: 'Stop',
    undo: 'Undo',
    retry: (left: number) => `Retry ${numeral(left)}`,
    back: 'Back',
  },
  bulkRun: {
    requestId: (detail: string, requestId: string) => `${detail} Request id ${requestId}`,
  },
} as const satisfies Texts;
