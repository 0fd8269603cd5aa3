import type { UserSession } from '@moolai/contracts';
import { NOW_MS, secondsAgo, storedSession, user } from '../../../testing/builders';
import type { FakeController } from '../../../testing/fake-controller';
import { click, enter } from '../../../testing/gestures';
import { openPage, streamOf } from '../../../testing/open-page';
import { allByRole, byRole, factOf, fieldLabelled, queryByRole, textOf } from '../../../testing/queries';
import { API } from '../../core/http/api-operations';
import { Shell } from '../../shell/shell';
import { settingsRoutes } from './settings.routes';
import { browserName } from './user-agent';

const ROUTES = [{ path: '', component: Shell, children: [{ path: 'settings', children: settingsRoutes }] }];
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const CHROME =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
const HEALTH = {
  status: 'ok',
  database: { status: 'up', latency_ms: 1.2, write_error: null },
  redis: { status: 'off', latency_ms: null },
  websocket: { connections: 6, registered: 5 },
  files: { status: 'ok', pending_since: null, error: null },
  default_secrets: [],
  figures: 'fleet',
  heartbeat_writer: { pending: 2, last_flush_at: secondsAgo(1), last_error: null, consecutive_failures: 0 },
  uptime_sec: 3_605,
  version: '0.1.0',
};

function session(overrides: Partial<UserSession> = {}): UserSession {
  return {
    session_id: 'session-1',
    is_current: true,
    address: '10.0.0.7',
    user_agent: FIREFOX,
    created_at: secondsAgo(3_600),
    last_used_at: secondsAgo(5),
    expires_at: secondsAgo(-3_600),
    ...overrides,
  };
}

async function open(health: object = HEALTH): Promise<FakeController> {
  const kept = storedSession({
    user: user({ role: 'operator', organization_ids: ['org-001', 'org-002'] }),
    receivedAtMs: NOW_MS,
  });
  const controller = await openPage(ROUTES, '/settings', kept);
  await streamOf().ready(true);
  const others = session({ session_id: 'session-2', is_current: false, user_agent: CHROME });
  await controller.answer(API.listSessions, [session(), others]);
  await controller.answer(API.getInternalHealth, health);
  return controller;
}

describe('browserName', () => {
  it.each([
    [FIREFOX, 'Firefox on Linux'],
    [CHROME, 'Chrome on Windows'],
    ['curl/8.5.0', 'curl'],
    [null, 'Unknown browser'],
  ])('names %s "%s"', (userAgent, name) => {
    expect(browserName(userAgent)).toBe(name);
  });
});

describe('SettingsPage', () => {
  it("shows the user's role and organizations", async () => {
    await open();

    expect(factOf('Role')).toBe('operator');
    expect(factOf('Organizations')).toBe('org-001, org-002');
    expect(factOf('Permissions')).toContain('messages:write');
  });

  it('ends another session, but not the current one', async () => {
    const controller = await open();
    expect(queryByRole('button', 'End Firefox on Linux')).toBeNull();
    await click(byRole('button', 'End Chrome on Windows'));

    const request = controller.take(API.endSession);
    expect(request.request.url).toContain('/sessions/session-2');
    await controller.reply(request, session());
    expect(queryByRole('button', 'End Chrome on Windows')).toBeNull();
  });

  it('changes the password, which ends other sessions', async () => {
    const controller = await open();
    await enter(fieldLabelled('Current password'), 'the old one');
    await enter(fieldLabelled('New password'), 'too short');
    expect((byRole('button', 'Change password') as HTMLButtonElement).disabled).toBe(true);
    await enter(fieldLabelled('New password'), 'a much longer one');
    await click(byRole('button', 'Change password'));

    const request = controller.take(API.changePassword);
    expect(request.request.body).toEqual({
      current_password: 'the old one',
      new_password: 'a much longer one',
    });
    await controller.reply(request, user());
    expect(textOf()).toContain('Your password was changed.');
    expect(controller.waiting(API.listSessions)).toBe(1);
  });

  it('reports a wrong current password', async () => {
    const controller = await open();
    await enter(fieldLabelled('Current password'), 'a guess');
    await enter(fieldLabelled('New password'), 'a much longer one');
    await click(byRole('button', 'Change password'));
    await controller.refuse(API.changePassword, 'forbidden', { detail: 'The current password is wrong.' });

    expect(textOf(byRole('alert'))).toBe('The current password is wrong. Request id req-42');
  });

  it('changes theme and time zone immediately', async () => {
    await open();
    await click(byRole('button', 'Dark'));
    expect(document.documentElement.style.colorScheme).toBe('dark');

    await click(byRole('button', 'UTC'));
    const [first] = allByRole('time');
    expect(first?.title).toContain('UTC');
  });

  it("shows the controller's health, even if a part is down", async () => {
    const controller = await open();
    expect(factOf('Connections')).toBe('6, 5 registered');
    expect(factOf('Uptime')).toBe('1 h');

    await click(byRole('button', 'Refresh'));
    await controller.answer(API.getInternalHealth, {
      ...HEALTH,
      status: 'degraded',
      database: { status: 'down', latency_ms: null, write_error: null },
    });
    expect(factOf('Controller')).toBe('Degraded');
    expect(factOf('Database')).toBe('Down');
  });
});
