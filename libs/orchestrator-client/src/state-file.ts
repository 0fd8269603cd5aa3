import { readFileSync } from 'node:fs';
import { isJsonObject, type JsonObject } from '@moolai/contracts';
import { StateError } from './state-error.js';

/**
 * The JSON object in a file of the client's state; undefined when there is no such file.
 * @throws StateError when it can't be read, or is something else
 */
export function readStateFile(path: string): JsonObject | undefined {
  const text = readText(path);
  return text === undefined ? undefined : parse(path, text);
}

/** @throws StateError when what was kept belongs to another orchestrator */
export function assertOwner(path: string, { orchestrator_id }: JsonObject, orchestratorId: string): void {
  if (orchestrator_id === orchestratorId) return;
  throw new StateError(path, `belongs to another orchestrator: ${JSON.stringify(orchestrator_id)}`);
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new StateError(path, 'cannot be read', { cause });
  }
}

function parse(path: string, text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    if (isJsonObject(value)) return value;
  } catch (cause) {
    throw new StateError(path, 'is not JSON', { cause });
  }
  throw new StateError(path, 'is not an object');
}
