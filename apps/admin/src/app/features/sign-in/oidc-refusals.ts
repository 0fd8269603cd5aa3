import { SIGN_IN_TEXTS } from './sign-in.texts';

/** What is said about a sign-in that the provider or the controller refused. */
export interface OidcRefusalWords {
  readonly text: string;
  /** What to tell an administrator; empty where that helps no one. */
  readonly tell: string;
}

const WORDS: Readonly<Record<string, OidcRefusalWords>> = SIGN_IN_TEXTS.refused;

/** The words for a reason; one that this console does not know yet has failed. */
export function oidcRefusalFor(reason: string): OidcRefusalWords {
  return (Object.hasOwn(WORDS, reason) ? WORDS[reason] : undefined) ?? SIGN_IN_TEXTS.refused.other;
}
