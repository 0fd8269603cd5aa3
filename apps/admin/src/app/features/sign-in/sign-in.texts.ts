import type { Texts } from '../../core/texts';

/** The texts of the feature `sign-in`. */
export const SIGN_IN_TEXTS = {
  /** Why a sign-in at the provider failed, and what to tell an administrator; empty where that helps no one. */
  refused: {
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
      tell: '',
    },
    issuer_changed: {
      text: 'Your user belongs to an account at another identity provider.',
      tell: "add that provider's issuer to OIDC_PREVIOUS_ISSUERS, or delete that user. The next sign-in creates a new one.",
    },
    subject_changed: {
      text: 'The user with your address belongs to an earlier account at your identity provider.',
      tell: 'delete that user. The next sign-in creates a new one.',
    },
    inactive: { text: 'Your user was deactivated.', tell: 'your user must be activated again.' },
    expired: {
      text: 'Signing in took longer than ten minutes or was started in another browser. Try again.',
      tell: '',
    },
    denied: { text: 'Your identity provider denied the sign-in.', tell: '' },
    unreachable: {
      text: 'The controller cannot reach your identity provider. Try again later.',
      tell: 'the address in OIDC_ISSUER does not respond. The reason is in the log.',
    },
    misconfigured: {
      text: 'Your identity provider does not accept this controller.',
      tell: 'check OIDC_CLIENT_ID and OIDC_CLIENT_SECRET against the registration at the provider.',
    },
    other: {
      text: 'Signing in with your identity provider failed. Try again.',
      tell: "the reason is in the controller's log.",
    },
  },
  page: {
    product: 'Moolai Controller',
    signIn: 'Sign in',
    sessionEnded: 'Your session has ended. Sign in to continue where you left off.',
    tellAnAdministrator: (tell: string) => `Tell an administrator: ${tell}`,
    requestId: 'Request id',
    byProvider: 'Sign in with your identity provider',
    orPassword: 'or with a password',
    email: 'E-mail address',
    enterEmail: 'Enter your e-mail address.',
    password: 'Password',
    enterPassword: 'Enter your password.',
    signingIn: 'Signing in…',
  },
  titles: {
    signIn: 'Sign in',
  },
} as const satisfies Texts;
