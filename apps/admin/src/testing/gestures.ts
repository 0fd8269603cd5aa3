import { TestBed } from '@angular/core/testing';
import { jest } from '@jest/globals';

/** Advances the time, runs everything that is due, and renders. */
export async function pass(ms: number): Promise<void> {
  await jest.advanceTimersByTimeAsync(ms);
  TestBed.tick();
}

/** Completes pending work and renders, without advancing the time. */
export async function settle(): Promise<void> {
  await pass(0);
}

export async function click(element: HTMLElement): Promise<void> {
  element.click();
  await settle();
}

/** Replaces the text of a field. */
export async function enter(field: HTMLInputElement | HTMLTextAreaElement, text: string): Promise<void> {
  field.value = text;
  field.dispatchEvent(new Event('input', { bubbles: true }));
  await settle();
}

/** Selects an option. */
export async function choose(field: HTMLSelectElement, value: string): Promise<void> {
  field.value = value;
  field.dispatchEvent(new Event('input', { bubbles: true }));
  field.dispatchEvent(new Event('change', { bubbles: true }));
  await settle();
}

/** Opens a dialog, and waits for its code to load. */
export async function openDialog(opener: HTMLElement): Promise<void> {
  await click(opener);
  for (let tries = 0; tries < 500; tries += 1) {
    if (document.querySelector('mat-dialog-container')) break;
    await pass(1);
  }
  await pass(500);
}
