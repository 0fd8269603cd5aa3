import { createServer } from 'node:net';
import { StartError } from './data-dir-lock.js';

/** Explains to an operator why a port cannot be opened. */
export function listenError(error: unknown, host: string, port: number): Error {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') {
    return new StartError(
      `CONTROLLER_PORT ${port} is already in use; stop what uses it, or set another port`,
    );
  }
  if (code === 'EACCES') return new StartError(`CONTROLLER_PORT ${port} may not be opened by this user`);
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return new StartError(`CONTROLLER_HOST ${host} is not an address of this machine`);
  }
  return error as Error;
}

/** Checks that the port is free before the database is started, which takes longer. */
export async function assertPortFree(host: string, port: number): Promise<void> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  } catch (error) {
    throw listenError(error, host, port);
  }
  await new Promise((resolve) => server.close(resolve));
}
