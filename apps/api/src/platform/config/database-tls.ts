import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext, type ConnectionOptions } from 'node:tls';
import type { ReadVariable } from './oidc-settings.js';

export const SSL_MODES = ['disable', 'require', 'verify-ca', 'verify-full'] as const;
export type SslMode = (typeof SSL_MODES)[number];

const CA = 'DATABASE_SSL_CA';
const CERT = 'DATABASE_SSL_CERT';
const KEY = 'DATABASE_SSL_KEY';

/** TLS options of database connections; the driver passes them to `tls.connect`. */
export interface DatabaseTls extends ConnectionOptions {
  rejectUnauthorized: boolean;
  /** Read again for each connection, because certificates are replaced while the controller runs. */
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
}

type Refuse = (name: string, rule: string) => never;

interface Pems {
  ca: string | undefined;
  cert: string | undefined;
  key: string | undefined;
}

/**
 * Reads the TLS settings of database connections; false for unencrypted ones.
 * @param refuse reports an invalid variable
 */
export function readTls(mode: SslMode, read: ReadVariable, refuse: Refuse): DatabaseTls | false {
  if (mode === 'disable') {
    const given = [CA, CERT, KEY].find((name) => read(name) !== undefined);
    if (given !== undefined) refuse('DATABASE_SSL', `must be set to verify-full where ${given} is set`);
    return false;
  }
  const pems = (): Pems => readPems(read, refuse);
  let current = pems();
  if (mode === 'require' && current.ca !== undefined) {
    refuse(
      'DATABASE_SSL',
      `must be verify-ca or verify-full where ${CA} is set: require checks no certificate`,
    );
  }
  if (mode === 'verify-ca' && current.ca === undefined) {
    refuse(CA, 'must be set where DATABASE_SSL is verify-ca: any certificate of a public authority would do');
  }
  const renew = (): void => {
    try {
      current = pems();
    } catch {
      // One of the files is being replaced; keep the previous content for this connection.
    }
  };
  return {
    rejectUnauthorized: mode !== 'require',
    ...(mode === 'verify-ca' ? { checkServerIdentity: () => undefined } : {}),
    get ca() {
      renew();
      return current.ca;
    },
    get cert() {
      return current.cert;
    },
    get key() {
      return current.key;
    },
  };
}

/** The `sslmode` equivalent to these options, for programs that need its name. */
export function modeOf(tls: ConnectionOptions | false): SslMode {
  if (tls === false) return 'disable';
  if (tls.rejectUnauthorized === false) return 'require';
  return tls.checkServerIdentity ? 'verify-ca' : 'verify-full';
}

function readPems(read: ReadVariable, refuse: Refuse): Pems {
  const [ca, cert, key] = [CA, CERT, KEY].map((name) => readPem(name, read, refuse));
  if (ca !== undefined && !isCertificate(ca)) refuse(CA, 'has no certificate in PEM form');
  if (cert !== undefined && !isCertificate(cert)) refuse(CERT, 'has no certificate in PEM form');
  if (cert !== undefined && key === undefined) refuse(KEY, `must be set where ${CERT} is`);
  if (key !== undefined && cert === undefined) refuse(CERT, `must be set where ${KEY} is`);
  if (!works({ key })) refuse(KEY, 'has no private key in PEM form without a passphrase');
  if (!works({ cert, key })) refuse(KEY, `is not the key of ${CERT}`);
  return { ca, cert, key };
}

/** A PEM text, in which a variable may use `\n` for line breaks, or the content of the named file. */
function readPem(name: string, read: ReadVariable, refuse: Refuse): string | undefined {
  const text = read(name);
  if (text === undefined) return undefined;
  if (text.includes('-----BEGIN')) return text.replaceAll('\\n', '\n');
  try {
    return readFileSync(text, 'utf8');
  } catch {
    return refuse(name, 'must be a PEM text, or name a file that can be read');
  }
}

function isCertificate(pem: string): boolean {
  try {
    new X509Certificate(pem);
    return true;
  } catch {
    return false;
  }
}

function works(options: { cert?: string | undefined; key?: string | undefined }): boolean {
  try {
    createSecureContext(options);
    return true;
  } catch {
    return false;
  }
}
