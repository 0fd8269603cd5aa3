import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { check, resolveConfig } from 'prettier';
import { insertAtEnd, insertSorted } from './edits.ts';
import { featureGenerator } from './feature/feature.ts';
import { pageGenerator } from './page/page.ts';

const ROOT = join(import.meta.dirname, '../..');
const EDITED = [
  'apps/admin/src/app/app.routes.ts',
  'apps/admin/src/app/core/keys/jumps.ts',
  'apps/admin-e2e/src/screenshots.ts',
  'apps/admin-e2e/src/support/pages.ts',
  'apps/admin/src/app/core/core.texts.ts',
  'apps/api/src/app/app.module.ts',
  'apps/api/src/app/openapi.ts',
  'apps/api-e2e/src/access/access-table.ts',
  'libs/contracts/src/http/operations.ts',
  'libs/contracts/src/index.ts',
  'libs/dtos/src/index.ts',
];

/** A tree in memory with this workspace's own files where generators change them. */
function workspace(): Tree {
  const tree = createTreeWithEmptyWorkspace();
  for (const file of EDITED) tree.write(file, readFileSync(join(ROOT, file)));
  return tree;
}

function textOf(tree: Tree, file: string): string {
  return tree.read(file, 'utf8') ?? '';
}

/** The lines of a changed file that were not there before. */
function addedTo(tree: Tree, file: string): string[] {
  const before = new Set(readFileSync(join(ROOT, file), 'utf8').split('\n'));
  return textOf(tree, file)
    .split('\n')
    .filter((line) => !before.has(line))
    .map((line) => line.trim());
}

/** The new files below `apps` and `libs` that Prettier would change. */
async function unformatted(tree: Tree): Promise<string[]> {
  const config = await resolveConfig(join(ROOT, 'package.json'));
  const wrong: string[] = [];
  for (const { path, content } of tree.listChanges()) {
    if (!/^(apps|libs)\//.test(path)) continue;
    if (!(await check(content?.toString() ?? '', { ...config, filepath: path }))) wrong.push(path);
  }
  return wrong;
}

describe('the feature generator', () => {
  const options = { name: 'spare-parts', description: 'How many spare parts there are.' };
  const tree = workspace();

  beforeAll(() => featureGenerator(tree, options));

  it('makes the contract, the DTO, the feature and its spec', async () => {
    expect(textOf(tree, 'libs/contracts/src/http/spare-parts.ts')).toContain('export interface SpareParts {');
    expect(textOf(tree, 'libs/dtos/src/spare-parts.dto.ts')).toContain('implements SpareParts');
    expect(tree.children('apps/api/src/app/spare-parts').sort()).toEqual([
      'index.ts',
      'spare-parts.controller.ts',
      'spare-parts.module.ts',
      'spare-parts.service.spec.ts',
      'spare-parts.service.ts',
    ]);
    const controller = textOf(tree, 'apps/api/src/app/spare-parts/spare-parts.controller.ts');
    expect(controller).toContain("@Requires('fleet:read')");
    expect(controller).toContain('getSpareParts(@CurrentScope() scope: Scope): Promise<SpareParts>');
    expect(await unformatted(tree)).toEqual([]);
  });

  it('registers the feature', () => {
    expect(addedTo(tree, 'libs/contracts/src/index.ts')).toEqual(["export * from './http/spare-parts.js';"]);
    expect(addedTo(tree, 'libs/contracts/src/http/operations.ts')).toEqual([
      "import type { SpareParts } from './spare-parts.js';",
      "getSpareParts: operation<SpareParts>('GET')(`${CONTROLLER}/spare-parts`),",
    ]);
    expect(addedTo(tree, 'libs/dtos/src/index.ts')).toEqual(["export * from './spare-parts.dto.js';"]);
    expect(addedTo(tree, 'apps/api/src/app/app.module.ts')).toEqual([
      "import { SparePartsModule } from './spare-parts/index.js';",
      'SparePartsModule,',
    ]);
    expect(addedTo(tree, 'apps/api/src/app/openapi.ts')).toEqual([
      "'spare-parts': 'How many spare parts there are.',",
    ]);
    expect(addedTo(tree, 'apps/api-e2e/src/access/access-table.ts')).toEqual([
      "'GET /controller/spare-parts': filtered('/controller/spare-parts'),",
    ]);
  });

  it('refuses a name that is taken', async () => {
    await expect(featureGenerator(tree, options)).rejects.toThrow('exists already');
  });
});

describe('the page generator', () => {
  const options = { name: 'spare-parts', key: 'y', permission: 'fleet:manage' };
  const tree = workspace();

  beforeAll(() => pageGenerator(tree, options));

  it('makes the page, its texts, its routes and its spec', async () => {
    expect(tree.children('apps/admin/src/app/features/spare-parts').sort()).toEqual([
      'index.ts',
      'spare-parts.page.spec.ts',
      'spare-parts.page.ts',
      'spare-parts.routes.ts',
      'spare-parts.texts.ts',
    ]);
    expect(textOf(tree, 'apps/admin/src/app/features/spare-parts/spare-parts.texts.ts')).toContain(
      "heading: 'Spare parts'",
    );
    expect(await unformatted(tree)).toEqual([]);
  });

  it('adds the page to the routes, the navigation and the browser tests', () => {
    expect(addedTo(tree, 'apps/admin/src/app/app.routes.ts')).toEqual([
      "path: 'spare-parts',",
      "loadChildren: () => import('./features/spare-parts').then((m) => m.sparePartsRoutes),",
    ]);
    expect(addedTo(tree, 'apps/admin/src/app/core/keys/jumps.ts').join(' ')).toMatch(
      /path: '\/spare-parts'.*key: 'y'.*permission: 'fleet:manage'/,
    );
    expect(addedTo(tree, 'apps/admin/src/app/core/core.texts.ts')).toEqual(["spareParts: 'Spare parts',"]);
    expect(addedTo(tree, 'apps/admin-e2e/src/support/pages.ts')).toEqual(["'/spare-parts',"]);
    expect(addedTo(tree, 'apps/admin-e2e/src/screenshots.ts')).toEqual([
      "{ name: 'spare-parts', path: '/spare-parts' },",
    ]);
  });

  it('refuses a key that is taken', async () => {
    await expect(pageGenerator(workspace(), { ...options, key: 'h' })).rejects.toThrow('the key h is taken');
  });
});

describe('edits', () => {
  it('find the end of a list that holds lists', () => {
    const text = 'const A = [\n  {\n    b: [\n    ],\n  },\n];\n';
    expect(insertAtEnd(text, /^const A/, '  c,')).toBe(
      'const A = [\n  {\n    b: [\n    ],\n  },\n  c,\n];\n',
    );
  });

  it('put a line where it sorts, or last', () => {
    expect(insertSorted('a\nc\n\nx', /^[ac]$/, 'b')).toBe('a\nb\nc\n\nx');
    expect(insertSorted('a\nc\n\nx', /^[ac]$/, 'd')).toBe('a\nc\nd\n\nx');
  });

  it('say which pattern no longer fits', () => {
    expect(() => insertAtEnd('const B = [\n];\n', /^const A/, 'c')).toThrow('0 lines match /^const A/');
  });
});
