import type { ReadVariable } from './oidc-settings.js';

/** Settings of the contract that no code supports yet, with the value that has no effect, if there is one. */
const COMING = [
  ['BUS_URL', undefined],
  ['PROVISIONING', undefined],
  ['WS_COMPRESSION', 'off'],
] as const;

/** Refuses settings that would silently have no effect, for example for a bus. */
export function refuseComingSettings(
  read: ReadVariable,
  refuse: (name: string, rule: string) => never,
): void {
  for (const [name, harmless] of COMING) {
    const value = read(name);
    if (value !== undefined && value !== harmless) {
      refuse(name, 'is not supported by this version: leave it unset');
    }
  }
}
