import { connect, type Socket } from 'node:net';
import { FleetEvents } from '@moolai/api';
import { EventReader, waitUntil } from '@moolai/testing';
import { TOKEN } from '../support/test-controller.js';
import { useController } from '../support/use-controller.js';

const OF_ONE_PRINCIPAL = 10;
const OF_ONE_ORGANIZATION = 200;

describe('the places for live streams', () => {
  const controller = useController();
  const readers: EventReader[] = [];

  beforeAll(async () => {
    for (const id of ['org-many', 'org-few']) await controller.organization(id);
  });

  afterEach(async () => {
    for (const reader of readers.splice(0)) reader.close();
    await waitUntil('no stream is open', () => !controller.nest.get(FleetEvents).hasHeartbeatListeners);
  });

  async function open(token: string): Promise<EventReader> {
    const reader = await EventReader.open(`${controller.url}/api/v1/controller/events`, {
      authorization: `Bearer ${token}`,
    });
    readers.push(reader);
    return reader;
  }

  async function openMany(token: string, count: number): Promise<number[]> {
    const opened = await Promise.all(Array.from({ length: count }, () => open(token)));
    return opened.map(({ response }) => response.status);
  }

  async function apiToken(organizationId: string): Promise<string> {
    const expires_at = new Date(Date.now() + 3_600_000).toISOString();
    const response = await controller.api.createApiToken({
      name: 'reader',
      role: 'viewer',
      organization_ids: [organizationId],
      expires_at,
    });
    return response.token;
  }

  it('are limited: one user gets ten, and others still get in', async () => {
    const { access_token } = await controller.user('viewer', 'org-many');
    const statuses = await openMany(access_token, OF_ONE_PRINCIPAL + 3);
    expect(statuses.filter((status) => status === 200)).toHaveLength(OF_ONE_PRINCIPAL);
    const { error, headers } = await controller.apiWith(access_token).streamEvents().expect(429);
    expect(error).toMatchObject({
      error: 'rate_limited',
      detail: expect.stringContaining(`You have ${OF_ONE_PRINCIPAL} live streams open`) as string,
    });
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    const colleague = await controller.user('viewer', 'org-many');
    expect((await open(colleague.access_token)).response.status).toBe(200);
    expect((await open(TOKEN)).response.status).toBe(200);
  });

  it('are free again once a stream is closed', async () => {
    const { access_token } = await controller.user('viewer', 'org-many');
    await openMany(access_token, OF_ONE_PRINCIPAL);
    expect((await open(access_token)).response.status).toBe(429);
    readers[0]?.close();
    await waitUntil('there is a place', async () => (await open(access_token)).response.status === 200);
  });

  it('are not taken by requests that ended before they were answered', async () => {
    const { access_token } = await controller.user('viewer', 'org-many');
    const { hostname, port } = new URL(controller.url);
    const head = `GET /api/v1/controller/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${access_token}\r\n\r\n`;
    const gone = (): Promise<void> =>
      new Promise((resolve) => {
        const socket: Socket = connect(Number(port), hostname, () => {
          socket.write(head, () => socket.resetAndDestroy());
        });
        socket.on('error', () => undefined).once('close', () => resolve());
      });
    for (let round = 0; round < 5; round += 1) {
      await Promise.all(Array.from({ length: OF_ONE_PRINCIPAL }, gone));
    }
    await waitUntil(
      'every place is free',
      async () =>
        (await openMany(access_token, OF_ONE_PRINCIPAL)).every((status) => status === 200) || closeAll(),
    );
  });

  it('are limited per organization, however many tokens it creates', async () => {
    const count = OF_ONE_ORGANIZATION / OF_ONE_PRINCIPAL;
    for (let n = 0; n < count; n += 1) {
      const statuses = await openMany(await apiToken('org-many'), OF_ONE_PRINCIPAL);
      expect(new Set(statuses)).toEqual(new Set([200]));
    }
    const { error } = await controller
      .apiWith(await apiToken('org-many'))
      .streamEvents()
      .expect(429);
    expect(error).toMatchObject({
      detail: expect.stringContaining(`org-many has ${OF_ONE_ORGANIZATION} live streams open`) as string,
    });
    expect((await open(await apiToken('org-few'))).response.status).toBe(200);
    expect((await open(TOKEN)).response.status).toBe(200);
  });

  function closeAll(): false {
    for (const reader of readers.splice(0)) reader.close();
    return false;
  }
});
