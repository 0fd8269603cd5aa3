import type { Target } from './target.ts';

/** One way to try to get in. */
export interface Attack {
  name: string;
  /** Gives what the attack got; throws when it got further than it should. */
  run: (target: Target) => Promise<string> | string;
}
