import { computed, inject, type Signal } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { ActivatedRoute, Router, type Params } from '@angular/router';

/** Query parameters of a URL, from the router. */
export type AddressParams = Readonly<Record<string, string | undefined>>;

/** A change of query parameters; null removes one. */
export type AddressChange = Readonly<Record<string, string | number | null>>;

/** The query of the current URL, which contains the filters, order and page of a list. */
export interface Address {
  readonly params: Signal<AddressParams>;
  /** The requested page, from 1. */
  readonly page: Signal<number>;
  change(change: AddressChange, options?: { isStep?: boolean }): void;
}

/** The word if it is a known one; undefined otherwise. */
export function oneOf<T extends string>(words: readonly T[], word: string | undefined): T | undefined {
  return words.find((known) => known === word);
}

/** The requested order, if the list supports it. */
export function sortOf(fields: readonly string[], sort: string | undefined, usual: string): string {
  return sort !== undefined && fields.includes(sort.replace(/^-/, '')) ? sort : usual;
}

/** Removes unset parameters from a query. */
export function given<T extends object>(query: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

/** The URL of a component's or store's page. */
export function injectAddress(): Address {
  const router = inject(Router);
  const params: Signal<AddressParams> = toSignal(inject(ActivatedRoute).queryParams, { requireSync: true });
  return {
    params,
    page: computed(() => {
      const page = Number(params()['page']);
      return Number.isInteger(page) && page > 0 ? page : 1;
    }),
    change: (change, { isStep = false } = {}) => {
      const queryParams: Params = { ...change };
      void router.navigate([], { queryParams, queryParamsHandling: 'merge', replaceUrl: !isStep });
    },
  };
}
