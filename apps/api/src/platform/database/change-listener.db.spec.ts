import { freePort, TcpProxy, TestDatabase, waitUntil } from '@moolai/testing';
import { createLogger } from '../logging/logger.js';
import { ChangeListener } from './change-listener.js';
import type { Listening } from './listening.js';
import type { PrimaryFinder } from './primary-finder.js';

describe('ChangeListener', () => {
  const logger = createLogger({ logLevel: 'silent', logFormat: 'json' });
  let database: TestDatabase;
  let proxy: TcpProxy;
  let listener: ChangeListener;
  let changes: string[];
  let readings: number;
  /** Runs while everything is read for the second time. */
  let interruption: () => Promise<void>;

  beforeEach(async () => {
    database = await TestDatabase.create({ empty: true });
    proxy = await TcpProxy.to(database.connection.port);
    changes = [];
    readings = 0;
    interruption = () => Promise.resolve();
    listener = new ChangeListener(
      { ...database.connection, port: proxy.port },
      'news',
      {
        onChange: (payload) => changes.push(payload),
        onListening: async () => {
          readings += 1;
          if (readings === 2) await interruption();
        },
      },
      logger,
      { checkIntervalMs: 100 },
    );
    await listener.start();
  });

  afterEach(async () => {
    await listener.stop();
    await proxy.close();
    await database.drop();
  });

  it('receives announcements', async () => {
    await database.query(`SELECT pg_notify('news', 'hello')`);
    await waitUntil('it is heard', () => changes.includes('hello'));
    expect(readings).toBe(1);
  });

  it('detects that its connection silently died, and reads everything again', async () => {
    proxy.swallow();
    await database.query(`SELECT pg_notify('news', 'lost')`);
    await waitUntil('it listens anew', () => readings === 2);
    await database.query(`SELECT pg_notify('news', 'after')`);
    await waitUntil('it is heard', () => changes.includes('after'));
    expect(changes).not.toContain('lost');
  });

  it('reconnects if its connection ends while everything is read again', async () => {
    interruption = async () => {
      await database.cutConnections();
      await waitUntil('the connection has ended', async () => {
        const rows = await database.query(
          `SELECT 1 FROM pg_stat_activity
           WHERE datname = current_database() AND application_name = 'moolai-controller-listener'`,
        );
        return rows.length === 0;
      });
      // Another round trip, so that the client has received it too.
      await database.query('SELECT 1');
    };
    await database.cutConnections();
    await waitUntil('it listens for the third time', () => readings === 3);
    await database.query(`SELECT pg_notify('news', 'after')`);
    await waitUntil('it is heard', () => changes.includes('after'));
  });

  describe('whose controller follows a primary', () => {
    /** The result of the search: this server, or another one. */
    let primary: 'this server' | 'another one';
    let moved: Set<() => void>;
    let birth: string | undefined;
    let following: ChangeListener;
    let losses: string[];

    const finder = {
      get birth() {
        return birth;
      },
      async find() {
        const [row] = await database.query<{ birth: string }>(
          'SELECT extract(epoch FROM pg_postmaster_start_time())::text AS birth',
        );
        birth = primary === 'this server' ? row?.birth : 'another one';
        for (const listener of moved) listener();
        return true;
      },
      onFound(listener: () => void) {
        moved.add(listener);
        return () => moved.delete(listener);
      },
    };

    beforeEach(() => {
      moved = new Set();
      losses = [];
      const listening = { recovered: () => undefined, lost: (_: string, why: string) => losses.push(why) };
      following = new ChangeListener(
        { ...database.connection, port: proxy.port, finder: finder as unknown as PrimaryFinder },
        'news',
        { onChange: (payload) => changes.push(payload), onListening: () => Promise.resolve() },
        logger,
        { listening: listening as unknown as Listening },
      );
    });

    afterEach(() => following.stop());

    it('refuses a connection that was opened before another server was found', async () => {
      birth = primary = 'another one';
      await expect(following.start()).rejects.toMatchObject({ code: '25006' });
    });

    it('accepts a restarted server once the search has found it', async () => {
      birth = 'of its last start';
      primary = 'this server';
      await following.start();
      await database.query(`SELECT pg_notify('news', 'restarted')`);
      await waitUntil('it is heard', () => changes.filter((change) => change === 'restarted').length === 2);
    });

    it('drops its connection when another server is found', async () => {
      birth = undefined;
      primary = 'another one';
      await following.start();
      // One for the listener, and one for its connection.
      expect(moved.size).toBe(2);
      await finder.find();
      await waitUntil('the connection is forgotten', () => moved.size === 1);
      primary = 'this server';
      await waitUntil('it listens again', () => moved.size === 2);
    });

    it('listens again as soon as a server is found, however long it has waited between attempts', async () => {
      birth = undefined;
      primary = 'this server';
      await following.start();
      proxy.leadTo(await freePort());
      await database.cutConnections();
      // The pause is longer than three seconds now.
      await waitUntil('it has failed five times', () => losses.length >= 6);
      proxy.leadTo(database.connection.port);
      await finder.find();
      await waitUntil('it listens again', () => moved.size === 2, 1_500);
    });

    it('leaves nothing behind when stopped', async () => {
      birth = undefined;
      primary = 'this server';
      await following.start();
      await following.stop();
      await waitUntil('the connection is forgotten', () => moved.size === 0);
    });
  });
});
