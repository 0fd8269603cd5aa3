import type { Target } from './target.ts';

/** One attack on the controller. */
export interface Attack {
  name: string;
  /** Returns what the attack achieved; throws if it gained unauthorized access. */
  run: (target: Target) => Promise<string> | string;
}
