import { computed, inject, type Signal } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { ActivatedRoute, Router, type Params } from '@angular/router';

/** Query parameters of an address, as the router gives them. */
export type AddressParams = Readonly<Record<string, string | undefined>>;

/** A change of query parameters; null takes one away. */
export type AddressChange = Readonly<Record<string, string | number | null>>;

/** The query of the present address: filters, order and page of a list live there, and nowhere else. */
export interface Address {
  readonly params: Signal<AddressParams>;
  /** The page that is asked for, from 1. */
  readonly page: Signal<number>;
  change(change: AddressChange, options?: { isStep?: boolean }): void;
}

/** One of the words that are known; undefined for any other one. */
export function oneOf<T extends string>(words: readonly T[], word: string | undefined): T | undefined {
  return words.find((known) => known === word);
}

/** The order that an address asks for, when the list can be sorted so. */
export function sortOf(fields: readonly string[], sort: string | undefined, usual: string): string {
  return sort !== undefined && fields.includes(sort.replace(/^-/, '')) ? sort : usual;
}

/** Only what is set: a query without empty parameters. */
export function given<T extends object>(query: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

/** The address of the page that a component or its store belongs to. */
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
