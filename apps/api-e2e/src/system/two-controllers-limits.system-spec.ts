import { RedisServer, TestOrchestrator, waitUntil, type ControllerProcess } from '@moolai/testing';
import { ControllerFleet } from '../support/controller-fleet.js';
import { describeWith } from './debian.js';

const MAX_FAILURES = 4;
const EMAIL = 'admin@moolai.local';
const HOUR_MS = 3_600_000;

describeWith('redis-server')(
  'limits of two controllers, as clients meet them, with a Redis of Debian',
  () => {
    let redis: RedisServer;
    let fleet: ControllerFleet;
    let a: ControllerProcess;
    let b: ControllerProcess;

    const signIn = (controller: ControllerProcess, address: string) =>
      controller.api.login({ email: EMAIL, password: 'a guess' }, { 'x-forwarded-for': address }).answer();
    const connect = async (to: ControllerProcess, id: string, token: string): Promise<TestOrchestrator> => {
      const connection = await TestOrchestrator.connect(`ws://127.0.0.1:${to.port}/ws`);
      await connection.register(id, { token });
      return connection;
    };

    beforeAll(async () => {
      redis = await RedisServer.start();
      fleet = await ControllerFleet.start(2, {
        REDIS_URL: redis.url,
        TRUST_PROXY: '1',
        LOGIN_MAX_FAILURES: String(MAX_FAILURES),
        ORCHESTRATOR_AUTH: 'token',
        HEARTBEAT_TTL_SEC: '60',
      });
      [a, b] = fleet.controllers as [ControllerProcess, ControllerProcess];
    }, 120_000);

    afterAll(async () => {
      redis.thaw();
      await fleet.stop();
      await redis.stop();
    });

    it('refuse a sign-in after the failures at both, with the time to wait, and record the lock once', async () => {
      for (const controller of [a, b, a, b]) expect((await signIn(controller, '192.0.2.1')).status).toBe(403);
      for (const controller of [a, b]) {
        const { status, headers, error } = await signIn(controller, '192.0.2.1');
        expect(status).toBe(429);
        expect(error.error).toBe('rate_limited');
        expect(Number(headers['retry-after'])).toBeGreaterThan(890);
        expect(Number(headers['retry-after'])).toBeLessThanOrEqual(900);
      }
      const locks = async (): Promise<number> =>
        (await a.api.listAuditEntries({ action: 'session.locked_out' })).items.length;
      await waitUntil('the lock is recorded', async () => (await locks()) > 0);
      expect(await locks()).toBe(1);
      expect((await signIn(a, '192.0.2.2')).status).toBe(403);
    });

    it('count at each controller while Redis stands still, without waiting for it', async () => {
      redis.freeze();
      const startedAt = performance.now();
      for (let attempt = 0; attempt < MAX_FAILURES; attempt += 1)
        expect((await signIn(a, '192.0.2.9')).status).toBe(403);
      expect((await signIn(a, '192.0.2.9')).status).toBe(429);
      expect(performance.now() - startedAt).toBeLessThan(10_000);
      redis.thaw();
      await waitUntil('Redis is up', async () => (await a.api.getInternalHealth()).redis.status === 'up');
    });

    it('quarantine two machines with one credential that meet at two controllers', async () => {
      await a.api.createOrganization({ organization_id: 'org-twins', name: 'Twins' });
      const { token } = await a.api.createEnrolmentToken({
        organization_id: 'org-twins',
        name: 'Rollout',
        expires_at: new Date(Date.now() + HOUR_MS).toISOString(),
      });
      const first = await TestOrchestrator.connect(`ws://127.0.0.1:${a.port}/ws`);
      const { credential = '' } = await first.register('twin', { token });
      await first.close();
      let present = await connect(a, 'twin', credential);
      for (const controller of [b, a, b, a]) {
        const next = await connect(controller, 'twin', credential);
        await expect(present.untilClosed()).resolves.toMatchObject({ code: 4409 });
        present = next;
      }
      await expect(present.untilClosed()).resolves.toMatchObject({ code: 4400, reason: 'quarantined' });
      const { quarantine_reason } = await b.api.getOrchestrator('twin');
      expect(quarantine_reason).toContain('4 times within a minute');
      await b.api.releaseFromQuarantine('twin');
      const back = await connect(a, 'twin', credential);
      expect(back.isOpen).toBe(true);
      await back.close();
    });
  },
);
