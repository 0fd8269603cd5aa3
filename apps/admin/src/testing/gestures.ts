import { TestBed } from '@angular/core/testing';
import { jest } from '@jest/globals';

/** Lets time pass, with everything that it starts, and draws. */
export async function pass(ms: number): Promise<void> {
  await jest.advanceTimersByTimeAsync(ms);
  TestBed.tick();
}

/** Lets what is under way come to rest and draws, without letting time pass. */
export async function settle(): Promise<void> {
  await pass(0);
}

export async function click(element: HTMLElement): Promise<void> {
  element.click();
  await settle();
}

/** Types a text into a field in place of what was there. */
export async function enter(field: HTMLInputElement | HTMLTextAreaElement, text: string): Promise<void> {
  field.value = text;
  field.dispatchEvent(new Event('input', { bubbles: true }));
  await settle();
}

/** Chooses one of a few in a field of choices. */
export async function choose(field: HTMLSelectElement, value: string): Promise<void> {
  field.value = value;
  field.dispatchEvent(new Event('change', { bubbles: true }));
  await settle();
}

/** Presses what opens a dialog, and waits for its code, which is loaded only now. */
export async function openDialog(opener: HTMLElement): Promise<void> {
  await click(opener);
  for (let tries = 0; tries < 500; tries += 1) {
    if (document.querySelector('mat-dialog-container')) break;
    await pass(1);
  }
  await pass(500);
}
