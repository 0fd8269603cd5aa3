import { jest } from '@jest/globals';

function setHidden(isHidden: boolean): void {
  jest.spyOn(document, 'hidden', 'get').mockReturnValue(isHidden);
  jest.spyOn(document, 'visibilityState', 'get').mockReturnValue(isHidden ? 'hidden' : 'visible');
  document.dispatchEvent(new Event('visibilitychange'));
}

/** Hides the tab. */
export function hideTab(): void {
  setHidden(true);
}

/** Shows the tab again. */
export function showTab(): void {
  setHidden(false);
}
