import { spawn } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { createClient } from '@redis/client';
import { NotTaken } from './bench-context.ts';
import { onCleanup } from './cleanup.ts';

/** A Redis of the PATH, without persistence. */
export interface Redis {
  url: string;
  pid: number;
  /** Bytes that it has allocated. */
  usedBytes: () => Promise<number>;
  stop: () => void;
}

/** @throws NotTaken if there is none */
export async function startRedis(): Promise<Redis> {
  const port = await freePort();
  const child = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', ''], {
    stdio: 'ignore',
  });
  const missing = new Promise<never>((_, reject) => {
    child.once('error', () => reject(new NotTaken('needs redis-server, for example from Debian')));
  });
  const forget = onCleanup(() => void child.kill());
  const url = `redis://127.0.0.1:${port}`;
  const client = createClient({ url });
  // It is asked again until it listens.
  client.on('error', () => undefined);
  await Promise.race([client.connect(), missing]);
  return {
    url,
    pid: child.pid ?? 0,
    usedBytes: async () => Number(/used_memory:(\d+)/.exec(await client.info('memory'))?.[1]),
    stop: () => {
      client.destroy();
      child.kill();
      forget();
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
