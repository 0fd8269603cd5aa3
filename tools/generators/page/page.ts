import { join } from 'node:path';
import { generateFiles, names, type Tree } from '@nx/devkit';
import { edit, formatChanges, insertAtEnd, insertBefore } from '../edits.ts';

export interface PageOptions {
  /** In kebab-case; the address too. */
  name: string;
  /** Pressed after `g`. */
  key: string;
  heading?: string;
  icon?: string;
  permission?: string;
}

const FEATURES = 'apps/admin/src/app/features';
const JUMPS = 'apps/admin/src/app/core/keys/jumps.ts';
const CORE_TEXTS = 'apps/admin/src/app/core/core.texts.ts';

/** Makes a page of the console at `/<name>`, from the component to the lists of the browser tests. */
export async function pageGenerator(tree: Tree, options: PageOptions): Promise<void> {
  const { name, key, icon = 'activity', permission } = options;
  const { heading = sentence(name) } = options;
  const { className, propertyName, constantName } = names(name);
  if (tree.exists(`${FEATURES}/${name}`)) throw new Error(`${FEATURES}/${name} exists already`);
  if (tree.read(JUMPS, 'utf8')?.includes(`key: '${key}'`))
    throw new Error(`the key ${key} is taken; see ${JUMPS}`);
  const headingText = JSON.stringify(heading);
  generateFiles(tree, join(import.meta.dirname, 'files'), '.', {
    name,
    className,
    propertyName,
    constantName,
    headingText,
    icon,
  });
  const guard = permission ? `\n        canActivate: [permissionGuard('${permission}')],` : '';
  const route = `      {
        path: '${name}',${guard}
        loadChildren: () => import('./features/${name}').then((m) => m.${propertyName}Routes),
      },`;
  edit(tree, 'apps/admin/src/app/app.routes.ts', (text) =>
    insertBefore(text, /^ +path: 'forbidden',$/, route, 1),
  );
  const needs = permission ? `, permission: '${permission}'` : '';
  edit(tree, JUMPS, (text) =>
    insertAtEnd(
      text,
      /^export const MORE_PAGES\b.*\[$/,
      `  { path: '/${name}', label: TEXTS.${propertyName}, icon: '${icon}', key: '${key}'${needs} },`,
    ),
  );
  edit(tree, CORE_TEXTS, (text) =>
    insertAtEnd(text, /^ {2}pages: \{$/, `    ${propertyName}: ${headingText},`),
  );
  edit(tree, 'apps/admin-e2e/src/support/pages.ts', (text) =>
    insertBefore(text, /^ +'\/nowhere',$/, `  '/${name}',`),
  );
  edit(tree, 'apps/admin-e2e/src/screenshots.ts', (text) =>
    insertAtEnd(text, /^const PAGES = \[$/, `  { name: '${name}', path: '/${name}' },`),
  );
  await formatChanges(tree);
}

/** `enrolment-tokens` as "Enrolment tokens". */
function sentence(name: string): string {
  const words = name.replaceAll('-', ' ');
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
