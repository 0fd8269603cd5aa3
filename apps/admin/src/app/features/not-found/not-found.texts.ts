import type { Texts } from '../../core/texts';

/** The texts of the feature `not-found`. */
export const NOT_FOUND_TEXTS = {
  page: {
    heading: 'Page not found',
    advice: 'The address may be mistyped, or the page has moved.',
    goHome: 'Go home',
  },
  titles: {
    notFound: 'Not found',
  },
} as const satisfies Texts;
