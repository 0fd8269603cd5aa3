import { createServer } from 'node:net';

/** Below Linux's range of ports for outgoing connections. */
const FIRST = 15_000;
const COUNT = 16_000;

/** Random, so that parallel processes start at different ports. */
let next = Math.floor(Math.random() * COUNT);

/**
 * Returns a free port of the loopback interface, never the same one twice in a process. A port from the system
 * (`listen(0)`) could be taken by an outgoing connection before the caller listens on it.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST + next;
    next = (next + 1) % COUNT;
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
