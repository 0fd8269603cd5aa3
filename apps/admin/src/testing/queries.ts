/** Selectors of the roles that the console uses. */
const ROLES = {
  alert: '[role=alert]',
  article: 'article',
  button: 'button:not([role])',
  cell: '[role=cell]',
  dialog: '[role=dialog]',
  group: '[role=group]',
  heading: 'h1, h2, h3',
  link: 'a[href]',
  list: 'ul',
  listitem: 'li',
  main: 'main',
  menuitem: '[role=menuitem]',
  menuitemradio: '[role=menuitemradio]',
  navigation: 'nav',
  note: '[role=note]',
  region: 'section[aria-label], section[aria-labelledby]',
  row: '[role=row]',
  searchbox: 'input[type=search]',
  status: '[role=status]',
  switch: '[role=switch]',
  table: '[role=table]',
  time: 'time',
} as const;

/** A role by which users and screen readers recognize an element. */
export type Role = keyof typeof ROLES;

/** The text of an element, with single spaces between words and elements. */
export function textOf(element: Element = document.body): string {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const parts: string[] = [];
  while (walker.nextNode()) parts.push(walker.currentNode.textContent ?? '');
  return parts.join(' ').replace(/\s+/g, ' ').trim();
}

/** The accessible name of an element. */
export function nameOf(element: Element): string {
  const label = element.getAttribute('aria-label');
  if (label) return label;
  const labelId = element.getAttribute('aria-labelledby');
  if (labelId) return textOf(document.getElementById(labelId) ?? undefined);
  const spoken = element.cloneNode(true) as Element;
  for (const silent of spoken.querySelectorAll('[aria-hidden=true]')) silent.remove();
  return textOf(spoken);
}

/** All elements with a role and, if given, a name, in document order. */
export function allByRole(
  role: Role,
  name?: string | RegExp,
  within: Element = document.body,
): HTMLElement[] {
  const found = [...within.querySelectorAll<HTMLElement>(ROLES[role])].filter(
    (element) => !element.closest('[aria-hidden=true]'),
  );
  if (name === undefined) return found;
  return found.filter((element) =>
    typeof name === 'string' ? nameOf(element) === name : name.test(nameOf(element)),
  );
}

/** The only element with a role and name; fails with the existing ones if there is none or more than one. */
export function byRole(role: Role, name?: string | RegExp, within: Element = document.body): HTMLElement {
  const [found, ...others] = allByRole(role, name, within);
  if (found && others.length === 0) return found;
  const present = allByRole(role, undefined, within).map((element) => `"${nameOf(element)}"`);
  const wanted = name === undefined ? role : `${role} ${String(name)}`;
  throw new Error(`Wanted one ${wanted}; there is: ${present.join(', ') || 'none'}`);
}

/** The only element with a role and name; null if there is none. */
export function queryByRole(role: Role, name?: string | RegExp, within?: Element): HTMLElement | null {
  return allByRole(role, name, within).length === 0 ? null : byRole(role, name, within);
}

/** The input with a label. */
export function fieldLabelled(name: string): HTMLInputElement {
  for (const input of document.body.querySelectorAll('input')) {
    const labels = [...(input.labels ?? [])].map((label) => nameOf(label).replace(/ ?\*$/, ''));
    if (labels.includes(name)) return input;
  }
  throw new Error(`There is no field labelled "${name}"`);
}

/** The value of a term in a description list. */
export function factOf(term: string, within: Element = document.body): string {
  const found = [...within.querySelectorAll('dt')].filter((element) => textOf(element) === term);
  const [element, ...others] = found;
  if (!element?.nextElementSibling || others.length > 0) throw new Error(`Wanted one fact "${term}"`);
  return textOf(element.nextElementSibling);
}
