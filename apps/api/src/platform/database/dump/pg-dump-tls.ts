import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { modeOf } from '../../config/database-tls.js';
import type { DatabaseConnection } from '../connection.js';

/**
 * Environment variables that make PostgreSQL's programs encrypt like the controller, and a function that removes their
 * files.
 */
export interface PgDumpTls {
  env: Record<string, string>;
  remove(): void;
}

/** PostgreSQL's programs read certificates and keys from files only. */
export function tlsOfPrograms({ ssl = false }: Pick<DatabaseConnection, 'ssl'>): PgDumpTls {
  const mode = modeOf(ssl);
  if (ssl === false) return { env: { PGSSLMODE: mode }, remove: () => undefined };
  const dir = mkdtempSync(join(tmpdir(), 'moolai-tls-'));
  const write = (name: string, content: string): string => {
    const path = join(dir, name);
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  };
  // As the settings provide them.
  const { ca, cert, key } = ssl as { ca?: string; cert?: string; key?: string };
  // Without an explicit file it would use one in the home directory.
  const root = mode === 'require' ? join(dir, 'none') : write('ca.pem', ca ?? rootCertificates.join('\n'));
  const env = {
    PGSSLMODE: mode,
    PGSSLROOTCERT: root,
    ...(cert === undefined ? {} : { PGSSLCERT: write('cert.pem', cert) }),
    ...(key === undefined ? {} : { PGSSLKEY: write('key.pem', key) }),
  };
  return { env, remove: () => rmSync(dir, { recursive: true, force: true }) };
}
