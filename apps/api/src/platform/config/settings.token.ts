/** Injection token of the process's {@link Settings}. */
export const SETTINGS = Symbol('SETTINGS');
