import type { ConnectionOptions } from 'node:tls';
import type { RotatingPassword } from './rotating-password.js';

/** Injection token of the {@link DatabaseConnection}, for what needs a connection of its own. */
export const DATABASE_CONNECTION = Symbol('DATABASE_CONNECTION');

/** How to reach one PostgreSQL database, in the words of the driver. */
export interface DatabaseConnection {
  host: string;
  port: number;
  user: string;
  /** A function is asked for each connection. */
  password: string | (() => string);
  database: string;
  /** Where it may be replaced while the process runs. */
  rotation?: RotatingPassword;
  /** False or missing: not encrypted. */
  ssl?: false | ConnectionOptions;
}

/** The password as it is now. */
export function passwordOf({ password }: Pick<DatabaseConnection, 'password'>): string {
  return typeof password === 'function' ? password() : password;
}
