import { jest } from '@jest/globals';

function setHidden(isHidden: boolean): void {
  jest.spyOn(document, 'hidden', 'get').mockReturnValue(isHidden);
  document.dispatchEvent(new Event('visibilitychange'));
}

/** Somebody looks at another tab. */
export function hideTab(): void {
  setHidden(true);
}

/** Somebody comes back to this tab. */
export function showTab(): void {
  setHidden(false);
}
