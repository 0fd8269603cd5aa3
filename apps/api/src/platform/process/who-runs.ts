import { hostname, userInfo } from 'node:os';

/** Who runs a command: user and machine of the operating system, as nobody has signed in to it. */
export function whoRuns(): string {
  let user: string;
  try {
    user = userInfo().username;
  } catch {
    // A container may run as an id that has no name.
    user = String(process.getuid?.() ?? 'unknown');
  }
  return `${user}@${hostname()}`;
}
