/** Injection token of the {@link DatabaseConnection}, for what needs a connection of its own. */
export const DATABASE_CONNECTION = Symbol('DATABASE_CONNECTION');

/** How to reach one PostgreSQL database; the form of `<data dir>/database.json` (contract section 1). */
export interface DatabaseConnection {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
}
