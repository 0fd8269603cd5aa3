/** More ids do not fit into a URL for every browser and proxy. */
export const MAX_SELECTED = 100;
/** Stands for all matching entries in the URL; not a valid id. */
const EVERYTHING = '*';

/** The entries of a list for a bulk action. */
export type Selection = 'everything' | ReadonlySet<string>;

/** The selection in a URL. */
export function selectionOf(param: string | undefined): Selection {
  if (param === EVERYTHING) return 'everything';
  return new Set((param ?? '').split(',').filter((id) => id !== ''));
}

/** The parameter of a selection; null removes it. */
export function selectionParam(selection: Selection): string | null {
  if (selection === 'everything') return EVERYTHING;
  return selection.size === 0 ? null : [...selection].join(',');
}

/** The selection with some ids added or removed. */
export function withSelected(selection: Selection, ids: readonly string[], isSelected: boolean): Selection {
  const next = new Set(selection === 'everything' ? [] : selection);
  for (const id of ids) {
    if (isSelected && next.size < MAX_SELECTED) next.add(id);
    else if (!isSelected) next.delete(id);
  }
  return next;
}
