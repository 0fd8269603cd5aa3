import { ChangeListener, createLogger } from '@moolai/api';
import { TcpProxy, TestDatabase, waitUntil } from '@moolai/testing';

describe('ChangeListener', () => {
  const logger = createLogger({ logLevel: 'silent', logFormat: 'json' });
  let database: TestDatabase;
  let proxy: TcpProxy;
  let listener: ChangeListener;
  let changes: string[];
  let readings: number;
  /** Happens while everything is read for the second time. */
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

  it('hears what is announced', async () => {
    await database.query(`SELECT pg_notify('news', 'hello')`);
    await waitUntil('it is heard', () => changes.includes('hello'));
    expect(readings).toBe(1);
  });

  it('notices that its connection is dead although nobody says so, and reads everything again', async () => {
    proxy.swallow();
    await database.query(`SELECT pg_notify('news', 'lost')`);
    await waitUntil('it listens anew', () => readings === 2);
    await database.query(`SELECT pg_notify('news', 'after')`);
    await waitUntil('it is heard', () => changes.includes('after'));
    expect(changes).not.toContain('lost');
  });

  it('listens anew also when its connection ends while everything is read again', async () => {
    interruption = async () => {
      await database.cutConnections();
      await waitUntil('the connection has ended', async () => {
        const rows = await database.query(
          `SELECT 1 FROM pg_stat_activity
           WHERE datname = current_database() AND application_name = 'moolai-controller-listener'`,
        );
        return rows.length === 0;
      });
      // Another round trip, so that this side has heard of it too.
      await database.query('SELECT 1');
    };
    await database.cutConnections();
    await waitUntil('it listens for the third time', () => readings === 3);
    await database.query(`SELECT pg_notify('news', 'after')`);
    await waitUntil('it is heard', () => changes.includes('after'));
  });
});
