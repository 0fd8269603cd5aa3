/**
 * The design taken literally (HLD 4.2 and 6): each heartbeat reads the flag from the database, and writes
 * `last_seen` when it is off. Same socket library, same driver, a pool as large as the controller's. It
 * logs nothing, which is in its favour.
 */
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { WebSocketServer } from 'ws';
import { answer } from '../lib/answer.ts';

const POOL_SIZE = 20;
let done = 0;

async function onHeartbeat(
  pool: pg.Pool,
  { orchestrator_id: id }: { orchestrator_id: string },
): Promise<void> {
  const { rows } = await pool.query<{ is_independent: boolean }>(
    'SELECT is_independent FROM orchestrator_instances WHERE orchestrator_id = $1',
    [id],
  );
  if (!rows[0]?.is_independent) {
    await pool.query(
      `UPDATE orchestrator_instances SET last_seen = now(), status = 'active', updated_at = now()
       WHERE orchestrator_id = $1`,
      [id],
    );
  }
  done += 1;
}

const actions = {
  listen: async ({ database }: { database: pg.PoolConfig }): Promise<number> => {
    const pool = new pg.Pool({ ...database, max: POOL_SIZE });
    const server = new WebSocketServer({
      host: '127.0.0.1',
      port: 0,
      path: '/ws',
      perMessageDeflate: false,
      backlog: 8_192,
    });
    server.on('connection', (socket) => {
      socket.on('error', () => undefined);
      socket.on(
        'message',
        (data: string) => void onHeartbeat(pool, JSON.parse(data) as { orchestrator_id: string }),
      );
    });
    await new Promise<void>((resolve) => server.once('listening', resolve));
    return (server.address() as AddressInfo).port;
  },
  /** Resolves when so many heartbeats are in the database. */
  until: async ({ count }: { count: number }): Promise<void> => {
    while (done < count) await new Promise((resolve) => setTimeout(resolve, 5));
  },
};
export type LiteralActions = typeof actions;

answer(actions);
