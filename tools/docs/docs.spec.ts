import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ROOT = new URL('../../', import.meta.url).pathname;

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

/** All pages for readers: at the top, and below docs/. */
function pages(): string[] {
  const docs = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' });
  return [
    'README.md',
    'CONTRIBUTING.md',
    'CHANGELOG.md',
    ...docs.filter((name) => name.endsWith('.md')).map((n) => `docs/${n}`),
  ];
}

describe('the documentation', () => {
  it('has no broken links', () => {
    const broken = pages().flatMap((page) =>
      [...read(page).matchAll(/\]\(([^)#\s]+)(#[^)]*)?\)/g)]
        .map(([, target = '']) => target)
        .filter((target) => !/^[a-z]+:/.test(target))
        .filter((target) => !existsSync(join(ROOT, dirname(page), target)))
        .map((target) => `${page}: ${target}`),
    );
    expect(broken).toEqual([]);
  });

  it('lists exactly the settings that are read in the README', () => {
    const folder = 'apps/api/src/platform/config';
    const source = readdirSync(join(ROOT, folder))
      .filter((name) => name.endsWith('settings.ts'))
      .map((name) => read(`${folder}/${name}`))
      .join('\n');
    const settings = new Set([...source.matchAll(/'([A-Z][A-Z_]{3,})'/g)].map(([, name = '']) => name));
    const table = read('README.md').split('## Settings')[1]?.split('\n## ')[0] ?? '';
    const named = new Set<string>();
    for (const [, cell = ''] of table.matchAll(/^\| (`[^|]+`)\s*\|/gm)) {
      const [first = '', ...rest] = [...cell.matchAll(/`([A-Z_]+)`/g)].map(([, name = '']) => name);
      named.add(first);
      const stem = first.slice(0, first.indexOf('_'));
      for (const name of rest) named.add(name.startsWith('_') ? stem + name : name);
    }
    expect([...named].filter((name) => !settings.has(name))).toEqual([]);
    expect([...settings].filter((name) => !named.has(name))).toEqual([]);
  });

  it('lists every decision in the index, under its own title', () => {
    const files = readdirSync(join(ROOT, 'docs/adr')).filter((name) => /^\d{4}-.*\.md$/.test(name));
    const expected = files.map((name) => {
      const [, number, title] = /^# (\d+)\. (.*)\n/.exec(read(`docs/adr/${name}`)) ?? [];
      return { name, number, title };
    });
    const rows = [...read('docs/adr/README.md').matchAll(/^\| (\d+) +\| \[(.+?)\]\((\d{4}-[^)]*)\)/gm)];
    expect(rows.map(([, number, title, name]) => ({ name, number, title }))).toEqual(expected);
    expect(
      expected.map(({ name, number = '' }) => name.slice(0, 4) === number.padStart(4, '0')),
    ).not.toContain(false);
  });

  it('keeps the lock file free of registry hosts', () => {
    expect(read('package-lock.json')).not.toMatch(/"resolved": "https?:/);
  });
});
