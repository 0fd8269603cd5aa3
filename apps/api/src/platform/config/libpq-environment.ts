/**
 * Takes the variables of PostgreSQL's own programs (`PGSSLMODE`, `PGHOST`, `PGOPTIONS`) out of the environment. The
 * driver would use them where a setting is missing, also for the embedded database, which has no TLS.
 * @returns their names
 */
export function dropLibpqVariables(env: NodeJS.ProcessEnv): string[] {
  const names = Object.keys(env).filter((name) => /^PG[A-Z_]+$/.test(name));
  for (const name of names) delete env[name];
  return names;
}
