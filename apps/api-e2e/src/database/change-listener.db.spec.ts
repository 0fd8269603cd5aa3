import { ChangeListener, createLogger } from '@moolai/api';
import { TcpProxy, TestDatabase, waitUntil } from '@moolai/testing';

describe('ChangeListener', () => {
  const logger = createLogger({ logLevel: 'silent', logFormat: 'json' });
  let database: TestDatabase;
  let proxy: TcpProxy;
  let listener: ChangeListener;
  let changes: string[];
  let readings: number;

  beforeEach(async () => {
    database = await TestDatabase.create({ empty: true });
    proxy = await TcpProxy.to(database.connection.port);
    changes = [];
    readings = 0;
    listener = new ChangeListener(
      { ...database.connection, port: proxy.port },
      'news',
      {
        onChange: (payload) => changes.push(payload),
        onListening: () => {
          readings += 1;
          return Promise.resolve();
        },
      },
      logger,
      100,
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
});
