import { TestBed } from '@angular/core/testing';
import { NOW, NOW_MS, secondsAgo } from '../../testing/builders';
import { pass, settle } from '../../testing/gestures';
import { byRole, textOf } from '../../testing/queries';
import { ServerClock } from '../core/time/server-clock';
import { Moment } from './moment';

async function show(value: string | null, remark?: string): Promise<void> {
  const fixture = TestBed.createComponent(Moment);
  fixture.componentRef.setInput('value', value);
  fixture.componentRef.setInput('remark', remark);
  await settle();
}

describe('Moment', () => {
  it('shows the relative time, and the exact one on hover', async () => {
    await show('2026-03-01T11:59:58.500Z');

    const time = byRole('time');
    expect(textOf(time)).toBe('1 second ago');
    expect(time.title).toBe('2026-03-01 11:59:58 UTC');
    expect(time.getAttribute('datetime')).toBe('2026-03-01T11:59:58.500Z');
  });

  it('updates with the clock', async () => {
    await show(secondsAgo(2));

    await pass(3_000);

    expect(textOf(byRole('time'))).toBe('5 seconds ago');
  });

  it('marks a frozen time with "(frozen)"', async () => {
    await show(secondsAgo(120), 'frozen');

    expect(textOf(byRole('time'))).toBe('2 minutes ago (frozen)');
  });

  it('shows "never" for null, frozen or not', async () => {
    await show(null, 'frozen');

    expect(textOf()).toBe('never');
  });

  it("compares with the controller's clock, not with a wrong one of this machine", async () => {
    TestBed.inject(ServerClock).observe(new Date(NOW_MS + 3_600_000).toISOString());

    await show(NOW);

    expect(textOf(byRole('time'))).toBe('1 hour ago');
  });
});
