/** OpenSSL's errors for a certificate that no known authority signed. */
const UNKNOWN_AUTHORITY =
  /^(SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_(GET_ISSUER_CERT(_LOCALLY)?|VERIFY_LEAF_SIGNATURE)|CERT_SIGNATURE_FAILURE|INVALID_CA)$/;
const EXPIRED = /^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/;
const ALERT = /^ERR_SSL_.*ALERT/;
const NO_TLS = 'does not support SSL connections';
const WRONG_PASSWORD = '28P01';
const NOT_ADMITTED = '28000';

/** True if the server answers but refuses the connection because of certificates or passwords. */
export function isConnectionRefused(error: Error & { code?: unknown }): boolean {
  const { code, message } = error;
  if (message.includes(NO_TLS) || isPasswordMissing(message) || isPasswordRefused(error)) return true;
  if (typeof code !== 'string') return false;
  const patterns = [UNKNOWN_AUTHORITY, EXPIRED, ALERT, /^ERR_TLS_/];
  return code === NOT_ADMITTED || patterns.some((pattern) => pattern.test(code));
}

/** True if the server answers but refuses the password; a pooler reports that without a code. */
export function isPasswordRefused(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return code === WRONG_PASSWORD || /(password|SASL) authentication failed/i.test(String(message));
}

/** One line saying what an operator must change to allow a connection; undefined for other errors. */
export function connectionProblem(error: unknown): string | undefined {
  if (!isConnectionRefused(error as Error)) return undefined;
  const { message, code = '' } = error as Error & { code?: string };
  if (message.includes(NO_TLS)) {
    return 'the database server does not speak TLS: switch it on there (ssl = on), or set DATABASE_SSL=disable';
  }
  if (isPasswordMissing(message)) return 'DATABASE_PASSWORD must be set: the server asks for a password';
  if (isPasswordRefused(error)) return `the database server says: ${message} (DATABASE_PASSWORD)`;
  if (code === NOT_ADMITTED) return whyNotAdmitted(message);
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return `the certificate of the database server is not for this DATABASE_HOST: ${message}`;
  }
  if (UNKNOWN_AUTHORITY.test(code)) {
    return `the certificate of the database server is of an unknown authority (${message}): set DATABASE_SSL_CA to that authority's certificate`;
  }
  if (EXPIRED.test(code)) return `the certificate of the database server is not valid now: ${message}`;
  return `the database server refuses the TLS connection (${code}): see DATABASE_SSL, DATABASE_SSL_CERT and DATABASE_SSL_KEY`;
}

function isPasswordMissing(message: string): boolean {
  return message.includes('client password must be a');
}

function whyNotAdmitted(message: string): string {
  if (message.includes('no encryption')) {
    return `the database server takes this connection only with TLS: set DATABASE_SSL to verify-full (${message})`;
  }
  if (message.includes('certificate')) {
    return `the database server wants a certificate of the client: set DATABASE_SSL_CERT and DATABASE_SSL_KEY (${message})`;
  }
  return `the database server does not admit the controller: ${message}`;
}
