import { TestBed } from '@angular/core/testing';
import { NOW_MS } from '../../../testing/builders';
import { hideTab, showTab } from '../../../testing/tab';
import { pass } from '../../../testing/gestures';
import { ServerClock } from './server-clock';

const HOUR_MS = 3_600_000;

/** The controller's time with this difference to the machine's clock. */
function controllerTime(aheadMs: number): string {
  return new Date(Date.now() + aheadMs).toISOString();
}

describe('ServerClock', () => {
  it('updates every second', async () => {
    const clock = TestBed.inject(ServerClock);
    expect(clock.nowMs()).toBe(NOW_MS);

    await pass(999);
    expect(clock.nowMs()).toBe(NOW_MS);

    await pass(1);
    expect(clock.nowMs()).toBe(NOW_MS + 1_000);
  });

  it.each([HOUR_MS, -HOUR_MS])('follows a controller whose clock differs by %d ms', (aheadMs) => {
    const clock = TestBed.inject(ServerClock);

    clock.observe(controllerTime(aheadMs));

    expect(clock.nowMs()).toBe(NOW_MS + aheadMs);
  });

  it('attributes a small difference to the network delay', async () => {
    const clock = TestBed.inject(ServerClock);

    clock.observe(controllerTime(-1_500));
    await pass(1_000);

    expect(clock.nowMs()).toBe(NOW_MS + 1_000);
  });

  it('uses the newest answer', async () => {
    const clock = TestBed.inject(ServerClock);

    clock.observe(controllerTime(HOUR_MS));
    clock.observe(controllerTime(0));
    await pass(1_000);

    expect(clock.nowMs()).toBe(NOW_MS + 1_000);
  });

  it('ignores an invalid time', async () => {
    const clock = TestBed.inject(ServerClock);

    clock.observe('half past nine');
    await pass(1_000);

    expect(clock.nowMs()).toBe(NOW_MS + 1_000);
  });

  it('stops while the tab is hidden, and is correct immediately when visible again', async () => {
    const clock = TestBed.inject(ServerClock);

    hideTab();
    await pass(60_000);
    expect(clock.nowMs()).toBe(NOW_MS);

    showTab();
    expect(clock.nowMs()).toBe(NOW_MS + 60_000);
  });
});
