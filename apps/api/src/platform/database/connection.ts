import type { ConnectionOptions } from 'node:tls';
import type { DatabaseHost } from '../config/database-hosts.js';
import type { PrimaryFinder } from './primary-finder.js';
import type { RotatingPassword } from './rotating-password.js';

/** Injection token of the {@link DatabaseConnection}, for what needs a connection of its own. */
export const DATABASE_CONNECTION = Symbol('DATABASE_CONNECTION');

/** How to reach one PostgreSQL database, in the words of the driver. */
export interface DatabaseConnection {
  /** May change while the process runs; see {@link finder}. Read it for each new connection. */
  readonly host: string;
  readonly port: number;
  user: string;
  /** A function is asked for each connection. */
  password: string | (() => string);
  database: string;
  /** Where it may be replaced while the process runs. */
  rotation?: RotatingPassword;
  /** All its servers where there are several, of which one writes. */
  hosts?: readonly DatabaseHost[];
  /** Moves `host` and `port` to the server that writes; none for the embedded database. */
  finder?: PrimaryFinder;
  /** False or missing: not encrypted. */
  ssl?: false | ConnectionOptions;
}

/** The password as it is now. */
export function passwordOf({ password }: Pick<DatabaseConnection, 'password'>): string {
  return typeof password === 'function' ? password() : password;
}
