import { join } from 'node:path';
import { generateFiles, names, type Tree } from '@nx/devkit';
import { edit, formatChanges, insertAfter, insertAtEnd, insertSorted } from '../edits.ts';

export interface FeatureOptions {
  /** In kebab-case. */
  name: string;
  /** What the route answers, as a sentence. */
  description: string;
  permission?: string;
}

/** Makes a feature of the API with `GET /api/v1/controller/<name>`, from the contract to the access table. */
export async function featureGenerator(
  tree: Tree,
  { name, description, permission = 'fleet:read' }: FeatureOptions,
): Promise<void> {
  const { className, propertyName } = names(name);
  for (const file of [`apps/api/src/app/${name}`, `libs/contracts/src/http/${name}.ts`]) {
    if (tree.exists(file)) throw new Error(`${file} exists already`);
  }
  const descriptionText = JSON.stringify(description);
  generateFiles(tree, join(import.meta.dirname, 'files'), '.', {
    name,
    className,
    propertyName,
    permission,
    description,
    descriptionText,
    words: name.replaceAll('-', ' '),
  });
  edit(tree, 'libs/contracts/src/index.ts', (text) =>
    insertSorted(text, /^export \* from '\.\/http\//, `export * from './http/${name}.js';`),
  );
  edit(tree, 'libs/contracts/src/http/operations.ts', (text) =>
    insertAtEnd(
      insertAfter(text, /^\} from '\.\/users\.js';$/, `import type { ${className} } from './${name}.js';`),
      /^export const API = \{$/,
      `  get${className}: operation<${className}>('GET')(\`\${CONTROLLER}/${name}\`),`,
    ),
  );
  edit(tree, 'libs/dtos/src/index.ts', (text) =>
    insertSorted(text, /^export \* from '\.\/[a-z-]+\.dto\.js'/, `export * from './${name}.dto.js';`),
  );
  edit(tree, 'apps/api/src/app/app.module.ts', (text) =>
    insertAtEnd(
      insertSorted(
        text,
        /^import \{ \w+Module \} from '\.\/[a-z-]+\/index\.js'/,
        `import { ${className}Module } from './${name}/index.js';`,
      ),
      /^ +imports: \[$/,
      `        ${className}Module,`,
    ),
  );
  edit(tree, 'apps/api/src/app/openapi.ts', (text) =>
    insertAtEnd(text, /^const TAGS\b.*\{$/, `  '${name}': ${descriptionText},`),
  );
  edit(tree, 'apps/api-e2e/src/access/access-table.ts', (text) =>
    insertAfter(
      text,
      /^export const OPERATIONS\b.*\{$/,
      `  'GET /controller/${name}': filtered('/controller/${name}'),`,
    ),
  );
  await formatChanges(tree);
}
