import type { ConnectionOptions } from 'node:tls';
import type { DatabaseHost } from '../config/database-hosts.js';
import type { PrimaryFinder } from './primary-finder.js';
import type { RotatingPassword } from './rotating-password.js';

/** Injection token of the {@link DatabaseConnection}, for code that needs its own connection. */
export const DATABASE_CONNECTION = Symbol('DATABASE_CONNECTION');

/** How to reach a PostgreSQL database, as the driver's options. */
export interface DatabaseConnection {
  /** May change while the process runs; see {@link finder}. Read it for each new connection. */
  readonly host: string;
  readonly port: number;
  user: string;
  /** A function is called for each connection. */
  password: string | (() => string);
  database: string;
  /** Set if the password may be replaced while the process runs. */
  rotation?: RotatingPassword;
  /** All servers of the database if there are several; one of them accepts writes. */
  hosts?: readonly DatabaseHost[];
  /** Updates `host` and `port` to the server that accepts writes; undefined for the embedded database. */
  finder?: PrimaryFinder;
  /** False or undefined: not encrypted. */
  ssl?: false | ConnectionOptions;
}

/** The current password. */
export function passwordOf({ password }: Pick<DatabaseConnection, 'password'>): string {
  return typeof password === 'function' ? password() : password;
}
