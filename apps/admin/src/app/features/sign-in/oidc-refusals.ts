import { SIGN_IN_TEXTS } from './sign-in.texts';

/** The text about a sign-in that the provider or the controller refused. */
export interface OidcRefusalWords {
  readonly text: string;
  /** What to tell an administrator; empty if that does not help. */
  readonly tell: string;
}

const WORDS: Readonly<Record<string, OidcRefusalWords>> = SIGN_IN_TEXTS.refused;

/** The text for a reason; an unknown one is a general failure. */
export function oidcRefusalFor(reason: string): OidcRefusalWords {
  return (Object.hasOwn(WORDS, reason) ? WORDS[reason] : undefined) ?? SIGN_IN_TEXTS.refused.other;
}
