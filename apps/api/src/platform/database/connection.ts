/** How to reach one PostgreSQL database; the form of `<data dir>/database.json` (contract section 1). */
export interface DatabaseConnection {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
}
