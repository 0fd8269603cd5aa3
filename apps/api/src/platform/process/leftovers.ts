import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { SystemClock } from '../clock/clock.js';

/** Names of temporary files of this version and earlier ones. */
const ASIDE =
  /^(\.env|orchestrator_independence\.json|controller_config\.json|database\.json)\.(\d+|new)$|^encryption\.key\.[0-9a-f-]{36}$/;

/** No file is written for that long. */
export const LEFT_AFTER_MS = 60_000;

/**
 * Removes temporary files of a killed controller.
 * @param untouchedMs 0 only for a process that shares the directories with no other one, which may be writing now
 */
export function removeLeftovers(dirs: readonly string[], untouchedMs: number): void {
  const nowMs = new SystemClock().nowMs();
  for (const dir of dirs) {
    for (const name of entriesOf(dir).filter((entry) => ASIDE.test(entry))) {
      try {
        const path = join(dir, name);
        if (nowMs - statSync(path).mtimeMs >= untouchedMs) rmSync(path, { force: true });
      } catch {
        // It is gone, or the user of the directory reports that it cannot be written.
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
