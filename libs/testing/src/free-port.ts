import { createServer } from 'node:net';

/** Below the range that Linux takes ports of outgoing connections from. */
const FIRST = 15_000;
const COUNT = 16_000;

/** Processes that run at once begin at different places. */
let next = Math.floor(Math.random() * COUNT);

/**
 * A port of the loopback interface that nothing listens on, never the same one twice in a process. A port from the
 * system itself (`listen(0)`) could be taken by any outgoing connection before the caller listens on it.
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
