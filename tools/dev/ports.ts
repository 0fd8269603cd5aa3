import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 100;

/** True when this port can be listened on. */
export async function isFree(host: string, port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}

/** Waits until something accepts connections at this port. */
export async function untilOpen(host: string, port: number, signal: AbortSignal): Promise<void> {
  for (;;) {
    const socket = connect(port, host);
    try {
      await once(socket, 'connect', { signal });
      return;
    } catch {
      signal.throwIfAborted();
      await delay(POLL_MS, undefined, { signal });
    } finally {
      socket.destroy();
    }
  }
}
