/** Why a sign-in at the provider came to nothing, and what to tell an administrator; null where that helps nobody. */
export interface OidcRefusalWords {
  text: string;
  tell: string | null;
}

const ANEW = 'or delete that user: your next sign-in makes a new one.';

const FAILED: OidcRefusalWords = {
  text: 'Signing in at your provider did not work. Try again.',
  tell: "the controller's log says why.",
};

/** Words for each reason of the controller. */
const WORDS: Readonly<Record<string, OidcRefusalWords>> = {
  no_role_claim: {
    text: 'Your provider does not say what you may do here.',
    tell: 'the claim that OIDC_ROLE_CLAIM names does not come; the log has the names of those that do.',
  },
  no_role: {
    text: 'Your account has no role here.',
    tell: 'OIDC_ROLE_MAP has none of your groups; the log names them. Or ask to be added to a group that it has.',
  },
  no_email: {
    text: 'Your provider does not tell your e-mail address.',
    tell: 'the claim "email" does not come; OIDC_SCOPES needs "email".',
  },
  email_unverified: {
    text: 'Your provider says that your e-mail address is not verified. Verify it there and try again.',
    tell: 'OIDC_ALLOW_UNVERIFIED_EMAIL lets such accounts in.',
  },
  email_taken: {
    text: 'There is a user with your address and a password already. Sign in with that password.',
    tell: null,
  },
  issuer_changed: {
    text: 'Your user here belongs to an account at another provider.',
    tell: `name that provider's issuer in OIDC_PREVIOUS_ISSUERS, ${ANEW}`,
  },
  subject_changed: {
    text: 'The user with your address belongs to an earlier account of your provider.',
    tell: 'delete that user: your next sign-in makes a new one.',
  },
  inactive: { text: 'Your user was deactivated.', tell: 'your user is to be activated again.' },
  expired: {
    text: 'Signing in took longer than ten minutes, or was begun in another browser. Try again.',
    tell: null,
  },
  denied: { text: 'Your provider did not let you in.', tell: null },
  unreachable: {
    text: 'The controller cannot reach your provider. Try again in a while.',
    tell: 'the address in OIDC_ISSUER does not answer; the log says why.',
  },
  misconfigured: {
    text: 'Your provider does not accept this controller.',
    tell: 'check OIDC_CLIENT_ID and OIDC_CLIENT_SECRET against the registration at the provider.',
  },
};

/** The words for a reason; one that this console does not know yet has failed. */
export function oidcRefusalFor(reason: string): OidcRefusalWords {
  return (Object.hasOwn(WORDS, reason) ? WORDS[reason] : undefined) ?? FAILED;
}
