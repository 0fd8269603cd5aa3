import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../../../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

describe('ByteBudgets', () => {
  it('are all listed in docs/operators.md, and no others', () => {
    const source = read('apps/api/src/platform/batching/byte-budgets.ts');
    const shown = /this\.show\(metrics, \{([^}]+)\}\)/.exec(source)?.[1] ?? '';
    const names = shown.split(',').flatMap((name) => name.trim().split(':')[0] || []);
    const section =
      read('docs/operators.md').split('\n## What waits in memory\n')[1]?.split('\n## ')[0] ?? '';
    const rows = [...section.matchAll(/^\|.*\| (\S+) +\|$/gm)].map(([, cell = '']) =>
      cell.replaceAll('`', ''),
    );
    const told = rows.filter((cell) => /^[a-z_]+$/.test(cell) && cell !== 'none');
    expect(told.sort()).toEqual(names.sort());
  });
});
