import { isIP } from 'node:net';
import { createClient, type RedisClientType } from '@redis/client';
import type { RedisSettings } from '../config/redis-settings.js';
import { settleWithin } from '../process/settle-within.js';

/** A connected client of node-redis. It never reconnects: when its connection ends, another client takes its place. */
export type RedisClient = RedisClientType;

/** Keys and arguments of a script. */
export type EvalOptions = Parameters<RedisClient['eval']>[1];

/** A server that is stopped with SIGSTOP accepts connections and then says nothing. */
const CONNECT_MS = 1_000;
/** More commands than these are refused instead of kept in memory. */
const MAX_COMMANDS = 10_000;

/**
 * A client that is not connected yet. Commands fail at once while it has no connection. The client's own timeouts and
 * reconnects are off: the first do not apply to commands that were sent already, and the second give up at times.
 */
export function newClient(settings: RedisSettings, name: string): RedisClient {
  const { host, port, tls, username, password, database } = settings;
  const address = { host, port, connectTimeout: CONNECT_MS, reconnectStrategy: false } as const;
  const client = createClient({
    socket: tls ? { ...address, ...nameFor(host), tls: true } : address,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    database,
    name,
    disableOfflineQueue: true,
    commandsQueueMaxLength: MAX_COMMANDS,
    commandOptions: { timeout: undefined },
    disableClientInfo: true,
    maintNotifications: 'disabled',
  });
  // Without a listener an error would end the process. Those who use the client listen too.
  client.on('error', () => undefined);
  return client;
}

/** Services choose the certificate by this name; it may not be an address. */
function nameFor(host: string): { servername?: string } {
  return isIP(host) === 0 ? { servername: host } : {};
}

/**
 * Connects and signs in.
 * @throws Error if that fails or takes too long; the client can't be used then
 */
export async function connect(client: RedisClient): Promise<void> {
  try {
    if (!(await settleWithin(client.connect(), CONNECT_MS)))
      throw new Error('it accepts connections but is silent');
  } catch (error) {
    end(client);
    throw error;
  }
}

/** Ends a connection at once; its pending commands fail. Repeated calls have no effect. */
export function end(client: RedisClient): void {
  client.destroy();
}
