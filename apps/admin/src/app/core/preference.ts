import { DOCUMENT, inject, Injectable, signal, type Signal } from '@angular/core';

/** A choice of the user, stored on this machine. */
export interface Preference<T> {
  readonly value: Signal<T>;
  set(value: T): void;
}

/** Stores the user's choices on this machine. */
@Injectable({ providedIn: 'root' })
export class Preferences {
  private readonly storage = inject(DOCUMENT).defaultView?.localStorage;

  /**
   * One preference. The text stored under `key` is used if `read` accepts it.
   * @param read parses a stored text; undefined if it is invalid or outdated
   */
  define<T>(
    key: string,
    initial: T,
    read: (kept: string) => T | undefined,
    write: (value: T) => string,
  ): Preference<T> {
    const kept = this.storage?.getItem(key);
    const current = signal((kept === null || kept === undefined ? undefined : read(kept)) ?? initial);
    return {
      value: current.asReadonly(),
      set: (value) => {
        current.set(value);
        this.storage?.setItem(key, write(value));
      },
    };
  }

  /** A preference with a fixed set of values. */
  oneOf<T extends string>(key: string, words: readonly T[], initial: T): Preference<T> {
    return this.define(
      key,
      initial,
      (kept) => words.find((word) => word === kept),
      (word) => word,
    );
  }
}
