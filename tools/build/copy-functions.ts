/** Copies the API's database functions beside what the compiler writes: it takes TypeScript alone. */
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../nx.mjs';

const FOLDER = 'platform/database/functions';

const target = join(root, 'apps/api/dist', FOLDER);
// A file that was removed from the sources must not stay.
rmSync(target, { recursive: true, force: true });
cpSync(join(root, 'apps/api/src', FOLDER), target, { recursive: true });
