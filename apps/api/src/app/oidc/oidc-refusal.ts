import * as oidc from 'openid-client';

/** Why a browser comes back from the provider and is not signed in; the console has words for each. */
export type OidcRefusal =
  // What the provider says of the account does not do.
  | 'no_role_claim'
  | 'no_role'
  | 'no_email'
  | 'email_unverified'
  | 'email_taken'
  | 'issuer_changed'
  | 'subject_changed'
  | 'inactive'
  // There is no account to speak of.
  | 'expired'
  | 'denied'
  | 'unreachable'
  | 'misconfigured'
  | 'failed';

/** A sign-in that is refused. The message is for the log: it says what an administrator needs to know. */
export class OidcRefusedError extends Error {
  constructor(
    readonly reason: OidcRefusal,
    message: string,
  ) {
    super(message);
  }
}

/** What the token endpoint says of a client that it does not know, or knows in another way. */
const CLIENT_ERRORS = new Set(['invalid_client', 'unauthorized_client']);

/** True when the provider does not accept the controller, rather than the person. */
export function isClientRefused(error: unknown): boolean {
  if (error instanceof oidc.WWWAuthenticateChallengeError) return error.status === 401;
  return error instanceof oidc.ResponseBodyError && CLIENT_ERRORS.has(error.error);
}

/** The refusal that an error of the library, or of the network, comes to. */
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

/** The code of what went wrong below HTTP, such as `ECONNREFUSED`: `fetch` gives it in a cause of what it throws. */
function systemCodeOf(error: unknown): string | undefined {
  let at = (error as { cause?: unknown } | undefined)?.cause;
  while (typeof at === 'object' && at !== null) {
    const { code, cause } = at as { code?: unknown; cause?: unknown };
    if (typeof code === 'string' && !code.startsWith('OAUTH_')) return code;
    at = cause;
  }
  return undefined;
}
