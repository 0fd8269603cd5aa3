import type { Texts } from '../../core/texts';

/** The texts of the feature `forbidden`. */
export const FORBIDDEN_TEXTS = {
  page: {
    heading: 'You do not have access to this page',
    missingPermission: 'Missing permission',
    thisPageRequires: 'This page requires',
    advice: 'Ask an administrator for it, or sign in as another user.',
    goHome: 'Go home',
  },
  titles: {
    notAllowed: 'Not allowed',
  },
} as const satisfies Texts;
