/** Why a sign-in at the provider came to nothing, and what to tell an administrator; null where that helps nobody. */
export interface OidcRefusalWords {
  text: string;
  tell: string | null;
}

const ANEW = 'or delete that user. The next sign-in creates a new one.';

const FAILED: OidcRefusalWords = {
  text: 'Signing in with your identity provider failed. Try again.',
  tell: "the reason is in the controller's log.",
};

/** Words for each reason of the controller. */
const WORDS: Readonly<Record<string, OidcRefusalWords>> = {
  no_role_claim: {
    text: 'Your identity provider sends no role for you.',
    tell: 'the claim named by OIDC_ROLE_CLAIM is missing. The log lists the claims that were sent.',
  },
  no_role: {
    text: 'Your account has no role here.',
    tell: 'OIDC_ROLE_MAP contains none of your groups. The log lists them. Or ask to be added to a group that it contains.',
  },
  no_email: {
    text: 'Your identity provider does not send your e-mail address.',
    tell: 'the claim "email" is missing. OIDC_SCOPES must contain "email".',
  },
  email_unverified: {
    text: 'Your identity provider reports that your e-mail address is not verified. Verify it there and try again.',
    tell: 'OIDC_ALLOW_UNVERIFIED_EMAIL admits such accounts.',
  },
  email_taken: {
    text: 'A user with your address and a password already exists. Sign in with that password.',
    tell: null,
  },
  issuer_changed: {
    text: 'Your user belongs to an account at another identity provider.',
    tell: `add that provider's issuer to OIDC_PREVIOUS_ISSUERS, ${ANEW}`,
  },
  subject_changed: {
    text: 'The user with your address belongs to an earlier account at your identity provider.',
    tell: 'delete that user. The next sign-in creates a new one.',
  },
  inactive: { text: 'Your user was deactivated.', tell: 'your user must be activated again.' },
  expired: {
    text: 'Signing in took longer than ten minutes or was started in another browser. Try again.',
    tell: null,
  },
  denied: { text: 'Your identity provider denied the sign-in.', tell: null },
  unreachable: {
    text: 'The controller cannot reach your identity provider. Try again later.',
    tell: 'the address in OIDC_ISSUER does not respond. The reason is in the log.',
  },
  misconfigured: {
    text: 'Your identity provider does not accept this controller.',
    tell: 'check OIDC_CLIENT_ID and OIDC_CLIENT_SECRET against the registration at the provider.',
  },
};

/** The words for a reason; one that this console does not know yet has failed. */
export function oidcRefusalFor(reason: string): OidcRefusalWords {
  return (Object.hasOwn(WORDS, reason) ? WORDS[reason] : undefined) ?? FAILED;
}
