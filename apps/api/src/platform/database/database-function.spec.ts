import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { databaseFunction, hashOfFunction } from './database-function.js';

const FUNCTIONS = join(import.meta.dirname, 'functions');
const MIGRATIONS = join(import.meta.dirname, 'migrations');

const sqlFiles = (folder: string): string[] => readdirSync(folder).filter((name) => name.endsWith('.sql'));
const read = (...path: string[]): string => readFileSync(join(...path), 'utf8');

/** Functions that migrations install, with the pinned hash. */
const pins = readdirSync(MIGRATIONS).flatMap((file) =>
  [...read(MIGRATIONS, file).matchAll(/databaseFunction\('(\w+)', '(\w+)'\)/g)].map(
    ([, name = '', hash = '']) => ({ name, hash }),
  ),
);

describe('the functions of the database', () => {
  it('are files named after the function', () => {
    for (const file of sqlFiles(FUNCTIONS)) {
      const defined = [...read(FUNCTIONS, file).matchAll(/CREATE OR REPLACE FUNCTION (\w+)/g)];
      expect([file, defined.map(([, name]) => `${name}.sql`)]).toEqual([file, [file]]);
    }
  });

  it('are each pinned by a migration with the hash of the current file', () => {
    for (const file of sqlFiles(FUNCTIONS)) {
      const pin = { name: file.replace('.sql', ''), hash: hashOfFunction(read(FUNCTIONS, file)) };
      expect(pins).toContainEqual(pin);
    }
  });

  it('are kept exactly as long as a migration installs them', () => {
    for (const { name, hash } of pins) expect(databaseFunction(name, hash)).toContain(`FUNCTION ${name}(`);
    const former = sqlFiles(join(FUNCTIONS, 'former'));
    const present = sqlFiles(FUNCTIONS).map((file) => hashOfFunction(read(FUNCTIONS, file)));
    const wanted = pins.filter(({ hash }) => !present.includes(hash));
    expect(former.sort()).toEqual([...new Set(wanted.map(({ name, hash }) => `${name}.${hash}.sql`))].sort());
  });

  it('are defined in these files only, not in the text of a migration', () => {
    const inline = readdirSync(MIGRATIONS).filter((file) =>
      /CREATE (OR REPLACE )?FUNCTION/i.test(read(MIGRATIONS, file)),
    );
    expect(inline).toEqual([]);
  });

  it('are listed in docs/database.md, which lists no others', () => {
    const docs = join(import.meta.dirname, '../../../../../docs');
    const told = [...read(docs, 'database.md').matchAll(/`([a-z]+(?:_[a-z]+)+)`/g)].map(
      ([, name = '']) => name,
    );
    for (const file of sqlFiles(FUNCTIONS)) expect(told).toContain(file.replace('.sql', ''));
    const words = new Set(read(docs, 'schema.sql').split(/\W+/));
    const widening = ['widen_orchestrator_messages', 'widen_usage_entries'];
    expect(told.filter((name) => !words.has(name) && !widening.includes(name))).toEqual([]);
  });

  it('may have another comment at the top, but no other statement', () => {
    const text = read(FUNCTIONS, 'refuse_change.sql');
    expect(hashOfFunction(text.replace(/^-- .*/, '-- Another comment.'))).toBe(hashOfFunction(text));
    expect(hashOfFunction(text.replace("is append-only'", "is closed'"))).not.toBe(hashOfFunction(text));
    expect(() => databaseFunction('refuse_change', '0123456789abcdef')).toThrow(
      'keep what a landed migration installs as functions/former/refuse_change.0123456789abcdef.sql',
    );
  });
});
