import { hostname, userInfo } from 'node:os';

/** The actor of a command: user and machine of the operating system, because commands have no sign-in. */
export function whoRuns(): string {
  let user: string;
  try {
    user = userInfo().username;
  } catch {
    // A container may run as an id without a name.
    user = String(process.getuid?.() ?? 'unknown');
  }
  return `${user}@${hostname()}`;
}
