import { NoRedis } from '../../platform/redis/no-redis.js';
import { AttemptLimit } from './attempt-limit.js';

describe('AttemptLimit', () => {
  it('locks a key after its attempts, and reports that once', async () => {
    const limit = new AttemptLimit(new NoRedis(), 'test', 2);
    await expect(limit.count('key', '192.0.2.1')).resolves.toBeUndefined();
    await expect(limit.count('key', '192.0.2.2')).resolves.toBeUndefined();
    const first = await limit.count('key', '192.0.2.3');
    expect(first).toMatchObject({ failures: 2, addresses: ['192.0.2.1', '192.0.2.2'], isNew: true });
    expect(first?.waitMs).toBeLessThanOrEqual(900_000);
    await expect(limit.count('key', '192.0.2.3')).resolves.toMatchObject({ isNew: false });
    await expect(limit.count('other', '192.0.2.3')).resolves.toBeUndefined();
  });

  it('does not count refused attempts', async () => {
    const limit = new AttemptLimit(new NoRedis(), 'test', 2);
    for (let n = 0; n < 50; n += 1) await limit.count('key', '192.0.2.1');
    await limit.uncount('key');
    await expect(limit.count('key', '192.0.2.1')).resolves.toBeUndefined();
    await expect(limit.count('key', '192.0.2.1')).resolves.toBeDefined();
  });

  it('drops a key whose attempts were all returned', async () => {
    const limit = new AttemptLimit(new NoRedis(), 'test', 2);
    await limit.count('key', '192.0.2.1');
    await limit.uncount('key');
    await limit.uncount('never taken');
    expect(limit.size).toBe(0);
    await limit.count('key', '192.0.2.1');
    await limit.count('key', '192.0.2.1');
    await expect(limit.count('key', '192.0.2.1')).resolves.toBeDefined();
  });

  it('limits the number of keys by dropping the oldest', async () => {
    const limit = new AttemptLimit(new NoRedis(), 'test', 1, 3);
    for (let n = 0; n < 10; n += 1) await limit.count(`key ${n}`, '192.0.2.1');
    expect(limit.size).toBe(3);
    await expect(limit.count('key 9', '192.0.2.1')).resolves.toBeDefined();
    await expect(limit.count('key 0', '192.0.2.1')).resolves.toBeUndefined();
  });
});
