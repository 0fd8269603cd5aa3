import type { DataSource } from 'typeorm';
import { FleetIdentity } from './fleet-identity.js';

/** A database that answers the question for its identity like this. */
function identityOf(answer: () => Promise<{ identity: string }[]>): Promise<string> {
  const query = (statement: string): Promise<{ identity: string }[]> =>
    statement.includes('pg_control_system') ? answer() : Promise.resolve([{ identity: 'moolai' }]);
  return new FleetIdentity({ query } as DataSource).name();
}

const failWith = (code: string) => () => Promise.reject(Object.assign(new Error('It failed.'), { code }));

describe('FleetIdentity', () => {
  it('is the same for the same database of a server only', async () => {
    const [one, again, other] = await Promise.all(
      ['7 16384', '7 16384', '7 16385'].map((identity) => identityOf(() => Promise.resolve([{ identity }]))),
    );
    expect(one).toMatch(/^[0-9a-f]{12}$/);
    expect(again).toBe(one);
    expect(other).not.toBe(one);
  });

  it.each(['42501', '42883'])(
    'is the name of the database where the server refuses it with %s',
    async (code) => {
      const name = await identityOf(failWith(code));
      expect(name).toBe(await identityOf(() => Promise.resolve([{ identity: 'moolai' }])));
    },
  );

  it('fails after any other error, so that no controller gets a name of its own', async () => {
    await expect(identityOf(failWith('57P01'))).rejects.toThrow('It failed.');
  });
});
