/**
 * Removes the variables of libpq (`PGSSLMODE`, `PGHOST`, `PGOPTIONS`) from the environment. The driver would use them
 * for missing settings, even for the embedded database, which has no TLS.
 * @returns their names
 */
export function dropLibpqVariables(env: NodeJS.ProcessEnv): string[] {
  const names = Object.keys(env).filter((name) => /^PG[A-Z_]+$/.test(name));
  for (const name of names) delete env[name];
  return names;
}
