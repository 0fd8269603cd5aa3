import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** What is written aside before it gets its name, by this version and those before it. */
const ASIDE =
  /^(\.env|orchestrator_independence\.json|controller_config\.json|database\.json)\.(\d+|new)$|^encryption\.key\.[0-9a-f-]{36}$/;

/**
 * Removes the files that a killed controller was writing when it ended. Only for the process that has the lock of
 * the database: no other one writes there.
 */
export function removeLeftovers(...dirs: string[]): void {
  for (const dir of dirs) {
    for (const name of entriesOf(dir).filter((entry) => ASIDE.test(entry))) {
      try {
        rmSync(join(dir, name), { force: true });
      } catch {
        // A directory that cannot be written is told by what needs it.
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
