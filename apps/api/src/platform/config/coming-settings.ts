import type { ReadVariable } from './oidc-settings.js';

/** Settings of the contract that no code reads yet, with the value that changes nothing, where there is one. */
const COMING = [
  ['REDIS_URL', undefined],
  ['BUS_URL', undefined],
  ['PROVISIONING', undefined],
  ['WS_COMPRESSION', 'off'],
] as const;

/** Refuses what would silently do nothing: a second controller, for example. */
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
