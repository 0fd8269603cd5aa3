import { watch } from 'node:fs';
import { join } from 'node:path';
import { root } from '../nx.mjs';

/** Editors write a file in several steps, and a switch of branches touches many. */
const QUIET_MS = 100;

/** Calls back once the sources in these folders of the workspace have changed. Specs don't count. */
export function watchSources(folders: string[], onChange: (file: string) => void): void {
  let timer: NodeJS.Timeout | undefined;
  for (const folder of folders) {
    watch(join(root, folder), { recursive: true }, (_event, file) => {
      if (!file || !/\.(ts|sql)$/.test(file) || file.endsWith('.spec.ts')) return;
      clearTimeout(timer);
      timer = setTimeout(() => onChange(join(folder, file)), QUIET_MS);
    });
  }
}
