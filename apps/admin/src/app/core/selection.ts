/** More ids than this do not fit into an address that every browser and proxy takes. */
export const MAX_SELECTED = 100;
/** Stands in the address for everything that matches; no id can be called so. */
const EVERYTHING = '*';

/** Which entries of a list a bulk action concerns. */
export type Selection = 'everything' | ReadonlySet<string>;

/** The selection that an address has. */
export function selectionOf(param: string | undefined): Selection {
  if (param === EVERYTHING) return 'everything';
  return new Set((param ?? '').split(',').filter((id) => id !== ''));
}

/** How a selection is written in the address; null leaves it out. */
export function selectionParam(selection: Selection): string | null {
  if (selection === 'everything') return EVERYTHING;
  return selection.size === 0 ? null : [...selection].join(',');
}

/** The selection with some ids put in or taken out. */
export function withSelected(selection: Selection, ids: readonly string[], isSelected: boolean): Selection {
  const next = new Set(selection === 'everything' ? [] : selection);
  for (const id of ids) {
    if (isSelected && next.size < MAX_SELECTED) next.add(id);
    else if (!isSelected) next.delete(id);
  }
  return next;
}
