import type { AuditEntry, Page } from '@moolai/contracts';
import { FakeClock } from '@moolai/testing';
import { useController } from '../support/use-controller.js';

const MAX_REFUSALS = 200;
const WINDOW_MS = 15 * 60 * 1000;

describe('the audit log of failed sign-ins', () => {
  const clock = new FakeClock();
  const controller = useController({ clock, env: { TRUST_PROXY: '127.0.0.1' } });

  /** Each from its own network, so that the throttle treats them separately. */
  async function refuse(count: number, offset = 0): Promise<void> {
    const one = (n: number) =>
      controller.anonymous
        .post('/api/v1/internal/auth/login')
        .set('x-forwarded-for', `10.${n >> 8}.${n & 255}.1`)
        .send({ email: `nobody-${n}@example.com`, password: 'not the password' })
        .expect(403);
    for (let n = 0; n < count; n += 10) {
      const atOnce = Array.from({ length: Math.min(10, count - n) }, (_, index) => one(offset + n + index));
      await Promise.all(atOnce);
    }
  }

  function recorded(): Promise<Page<AuditEntry>> {
    return controller.api.listAuditEntries({ action: 'session.refused', sort: '-position' });
  }

  it('is not flooded from many addresses, and records how many were left out', async () => {
    await refuse(MAX_REFUSALS + 15);
    await expect(recorded()).resolves.toMatchObject({ total: MAX_REFUSALS });
    clock.advance(WINDOW_MS);
    await refuse(2, 1_000);
    const { total, items } = await recorded();
    expect(total).toBe(MAX_REFUSALS + 2);
    const told = items.slice(0, 3).map(({ after }) => after?.['untold_before'] ?? 0);
    expect(told.sort()).toEqual([0, 0, 15]);
    await expect(controller.api.verifyAudit()).resolves.toMatchObject({ ok: true });
  });
});
