import { DOCUMENT, inject, Injectable, signal, type Signal } from '@angular/core';

/** Something that a person has chosen, remembered on this machine. */
export interface Preference<T> {
  readonly value: Signal<T>;
  set(value: T): void;
}

/** Keeps what people have chosen on this machine. */
@Injectable({ providedIn: 'root' })
export class Preferences {
  private readonly storage = inject(DOCUMENT).defaultView?.localStorage;

  /**
   * One preference. What was kept under `key` counts when `read` knows it.
   * @param read gives the value that a kept text stands for; undefined for one that is not known (any more)
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

  /** A preference for one of a few words. */
  oneOf<T extends string>(key: string, words: readonly T[], initial: T): Preference<T> {
    return this.define(
      key,
      initial,
      (kept) => words.find((word) => word === kept),
      (word) => word,
    );
  }
}
