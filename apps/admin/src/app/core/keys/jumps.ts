import type { IconName } from '../../ui/icon-paths';

/** A page of the console that one can go to from anywhere. */
export interface Jump {
  readonly path: string;
  readonly label: string;
  readonly icon: IconName;
  /** Pressed after `g`. */
  readonly key: string;
}

/** The pages in the navigation, in its order. */
export const PAGES: readonly Jump[] = [
  { path: '/', label: 'Home', icon: 'home', key: 'h' },
  { path: '/orchestrators', label: 'Orchestrators', icon: 'orchestrators', key: 'o' },
  { path: '/organizations', label: 'Organizations', icon: 'organizations', key: 'g' },
  { path: '/activity', label: 'Activity', icon: 'activity', key: 'a' },
  { path: '/configuration', label: 'Configuration', icon: 'edit', key: 'f' },
  { path: '/messages', label: 'Messages', icon: 'messages', key: 'm' },
  { path: '/recommendations', label: 'Recommendations', icon: 'recommendations', key: 'r' },
];

/** Pages that stand apart from the others. */
export const MORE_PAGES: readonly Jump[] = [
  { path: '/connect', label: 'Connect', icon: 'connect', key: 'c' },
];
