import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Names of temporary files of this version and earlier ones. */
const ASIDE =
  /^(\.env|orchestrator_independence\.json|controller_config\.json|database\.json)\.(\d+|new)$|^encryption\.key\.[0-9a-f-]{36}$/;

/**
 * Removes temporary files of a killed controller. Only for the process that holds the database lock: no other one
 * writes there.
 */
export function removeLeftovers(...dirs: string[]): void {
  for (const dir of dirs) {
    for (const name of entriesOf(dir).filter((entry) => ASIDE.test(entry))) {
      try {
        rmSync(join(dir, name), { force: true });
      } catch {
        // The user of the directory reports that it cannot be written.
      }
    }
  }
}

function entriesOf(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    // As above.
    return [];
  }
}
