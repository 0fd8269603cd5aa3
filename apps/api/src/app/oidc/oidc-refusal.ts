import * as oidc from 'openid-client';

/** Why a sign-in was refused; the console has a text for each. */
export type OidcRefusal =
  // The account's claims are not sufficient.
  | 'no_role_claim'
  | 'no_role'
  | 'no_email'
  | 'email_unverified'
  | 'email_taken'
  | 'issuer_changed'
  | 'subject_changed'
  | 'inactive'
  // There is no account.
  | 'expired'
  | 'denied'
  | 'unreachable'
  | 'misconfigured'
  | 'failed';

/** A refused sign-in. The message is for the log and tells an administrator what to change. */
export class OidcRefusedError extends Error {
  constructor(
    readonly reason: OidcRefusal,
    message: string,
  ) {
    super(message);
  }
}

/** Errors of the token endpoint for an unknown client or another authentication method. */
const CLIENT_ERRORS = new Set(['invalid_client', 'unauthorized_client']);

/** True if the provider refuses the controller, not the user. */
export function isClientRefused(error: unknown): boolean {
  if (error instanceof oidc.WWWAuthenticateChallengeError) return error.status === 401;
  return error instanceof oidc.ResponseBodyError && CLIENT_ERRORS.has(error.error);
}

/** The refusal for an error of the library or the network. */
export function toRefusal(error: unknown): OidcRefusedError {
  if (error instanceof OidcRefusedError) return error;
  return new OidcRefusedError(reasonOf(error), explain(error));
}

function reasonOf(error: unknown): OidcRefusal {
  if (isClientRefused(error)) return 'misconfigured';
  if (error instanceof oidc.AuthorizationResponseError) {
    return error.error === 'access_denied' ? 'denied' : 'failed';
  }
  const isTimeout = (error as { code?: unknown } | undefined)?.code === 'OAUTH_TIMEOUT';
  return isTimeout || systemCodeOf(error) !== undefined ? 'unreachable' : 'failed';
}

function explain(error: unknown): string {
  const why = describe(error);
  return isClientRefused(error) ? `${why}; it does not accept the client` : why;
}

function describe(error: unknown): string {
  if (error instanceof oidc.ResponseBodyError || error instanceof oidc.AuthorizationResponseError) {
    const { error: code, error_description: description } = error;
    return `the provider answered ${code}${description === undefined ? '' : `: ${description}`}`;
  }
  if (error instanceof oidc.WWWAuthenticateChallengeError) return `the provider answered ${error.status}`;
  if (!(error instanceof Error)) return 'unknown error';
  const { expected, body, attribute } = (error.cause ?? {}) as Record<string, unknown>;
  if (attribute === 'issuer') {
    const issuer = (body as { issuer?: unknown } | undefined)?.issuer;
    return `the provider calls itself ${String(issuer)}, and OIDC_ISSUER is ${String(expected)}`;
  }
  const code = systemCodeOf(error);
  if (code !== undefined) return `the provider cannot be reached: ${code}`;
  const { message } = (error.cause ?? {}) as { message?: unknown };
  return typeof message === 'string' ? `${error.message}: ${message}` : error.message;
}

/** The code of a network error, such as `ECONNREFUSED`: `fetch` puts it into a nested cause. */
function systemCodeOf(error: unknown): string | undefined {
  let at = (error as { cause?: unknown } | undefined)?.cause;
  while (typeof at === 'object' && at !== null) {
    const { code, cause } = at as { code?: unknown; cause?: unknown };
    if (typeof code === 'string' && !code.startsWith('OAUTH_')) return code;
    at = cause;
  }
  return undefined;
}
