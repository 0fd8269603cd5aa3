import { wrong } from '@moolai/testing';
import { createHash } from 'node:crypto';
import { AuditService, AuditTrail, systemActor, type Actor } from '@moolai/api';
import type { AuditEntry, JsonValue, Page } from '@moolai/contracts';
import { AuditQueryDto } from '@moolai/dtos';
import { TOKEN } from '../support/test-controller.js';
import { useController } from '../support/use-controller.js';

/** More than one batch of an export. */
const MANY = 1_203;
/** Plus the first superadmin and Alice's two. */
const ALL = MANY + 3;

const ALICE: Actor = {
  kind: 'user',
  id: 'user-1',
  name: 'alice@example.com',
  scope: null,
  address: '203.0.113.7',
  requestId: 'request-1',
};

describe('the audit log', () => {
  const controller = useController();

  beforeAll(async () => {
    const trail = controller.nest.get(AuditTrail);
    await trail.recordAll(
      Array.from({ length: MANY }, (_, n) => ({
        actor: systemActor(),
        action: 'message.created' as const,
        organizationId: 'org-many',
        target: { type: 'message' as const, id: String(n) },
        after: { message_type: 'notice' },
      })),
    );
    await trail.record({
      actor: ALICE,
      action: 'organization.changed',
      organizationId: 'org-a',
      target: { type: 'organization', id: 'org-a' },
      before: { name: 'Old', website: null, kept: 1 },
      after: { name: '=cmd|calc', website: 'https://example.com', kept: 1 },
    });
    await trail.record({
      actor: ALICE,
      action: 'config.changed',
      organizationId: null,
      target: { type: 'fleet', id: 'fleet' },
      after: { secret: 'x' },
    });
  });

  function list(query: string): Promise<Page<AuditEntry>> {
    return controller.get(`/internal/audit?${query}`);
  }

  async function exported(query: string): Promise<{ text: string; headers: Headers }> {
    const response = await fetch(`${controller.url}/api/v1/internal/audit/export?${query}`, {
      headers: { authorization: `Bearer ${TOKEN}` },
    });
    expect(response.status).toBe(200);
    return { text: await response.text(), headers: response.headers };
  }

  it('lists actor, address and changed fields', async () => {
    const { items, total } = await list('actor=alice@example.com');
    expect(total).toBe(2);
    expect(items.map((entry) => entry.action)).toEqual(['config.changed', 'organization.changed']);
    expect(items[1]).toEqual({
      position: ALL - 1,
      at: expect.stringMatching(/^\d{4}-.*Z$/) as unknown,
      action: 'organization.changed',
      actor_kind: 'user',
      actor_id: 'user-1',
      actor_name: 'alice@example.com',
      address: '203.0.113.7',
      request_id: 'request-1',
      organization_id: 'org-a',
      target_type: 'organization',
      target_id: 'org-a',
      before: { name: 'Old', website: null },
      after: { name: '=cmd|calc', website: 'https://example.com' },
      previous_hash: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
      hash: items[0]?.previous_hash,
    });
    expect(items[0]?.after).toEqual({ secret: '********' });
  });

  it.each([
    ['actor=user-1', 2],
    ['actor_kind=system', MANY + 1],
    ['actor_kind=api_token', 0],
    ['action=config.changed', 1],
    ['organization_id=org-a', 1],
    ['target_type=fleet', 1],
    ['target_type=message&target_id=7', 1],
    ['from=2100-01-01T00:00:00Z', 0],
    ['to=2000-01-01T00:00:00Z', 0],
    ['from=2000-01-01T00:00:00Z&to=2100-01-01T00:00:00Z', ALL],
    ['search=ALICE', 2],
    ['search=g-a', 1],
    ['search=%25', 0],
  ])('can be filtered by %s', async (query, total) => {
    expect((await list(query)).total).toBe(total);
  });

  it('is paged and sorted without repeating or losing an entry', async () => {
    const pages = await Promise.all([1, 2, 3].map((page) => list(`sort=action&page_size=2&page=${page}`)));
    const positions = pages.flatMap(({ items }) => items.map((entry) => entry.position));
    expect(positions).toEqual([ALL, 2, 3, 4, 5, 6]);
  });

  it.each(['sort=hash', 'action=x', 'actor_kind=admin', 'from=yesterday', 'page_size=201', 'target_id=%00'])(
    'refuses %s',
    async (query) => {
      await controller.request('get', `/internal/audit?${query}`).expect(400);
    },
  );

  it("shows a scoped reader their organizations' entries, but not the fleet's", async () => {
    const service = controller.nest.get(AuditService);
    const query = Object.assign(new AuditQueryDto(), { page: 1, page_size: 50 });
    const { items, total } = await service.list(query, ['org-a', 'org-b']);
    expect([items.map((entry) => entry.organization_id), total]).toEqual([['org-a'], 1]);
    await expect(
      service.list(Object.assign(new AuditQueryDto(), { ...query, organization_id: 'org-many' }), ['org-a']),
    ).resolves.toMatchObject({ total: 0, items: [] });
    const { content } = await service.export({ format: 'jsonl' }, ['org-a']);
    let text = '';
    for await (const chunk of content) text += String(chunk);
    expect(text.trim().split('\n')).toHaveLength(1);
  });

  it('is exported as JSON lines that can be verified by the rule in docs/operators.md', async () => {
    const { text, headers } = await exported('format=jsonl');
    expect(headers.get('content-type')).toBe('application/jsonl; charset=utf-8');
    expect(headers.get('content-disposition')).toBe('attachment; filename="audit.jsonl"');
    const entries = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as AuditEntry);
    expect(entries.map((entry) => entry.position)).toEqual(Array.from({ length: ALL }, (_, n) => n + 1));
    let last = '0'.repeat(64);
    for (const { position, previous_hash, hash, ...content } of entries) {
      expect(previous_hash).toBe(last);
      expect(sha256(`${previous_hash}:${position}:${sha256(sorted(content))}`)).toBe(hash);
      last = hash;
    }
    expect(headers.get('x-audit-head')).toBe(`${ALL}:${last}`);
  });

  it('is exported as CSV that no spreadsheet evaluates', async () => {
    const { text, headers } = await exported('format=csv&actor_kind=user');
    expect(headers.get('content-type')).toMatch(/^text\/csv/);
    const lines = text.split('\r\n');
    expect(lines).toHaveLength(4);
    expect(lines[0]).toBe(
      'position,at,action,actor_kind,actor_id,actor_name,address,request_id,organization_id,target_type,target_id,' +
        'before,after,previous_hash,hash',
    );
    expect(lines[1]).toContain(',org-a,organization,org-a,"{""name"":""Old"",""website"":null}"');
  });

  it('begins the CSV export with a byte order mark, so that Excel recognizes UTF-8', async () => {
    const firstBytes = async (format: string): Promise<string> => {
      const url = `${controller.url}/api/v1/internal/audit/export?format=${format}&actor_kind=user`;
      const response = await fetch(url, { headers: { authorization: `Bearer ${TOKEN}` } });
      return Buffer.from(await response.arrayBuffer())
        .subarray(0, 3)
        .toString('hex');
    };
    await expect(firstBytes('csv')).resolves.toBe('efbbbf');
    await expect(firstBytes('jsonl')).resolves.toBe(Buffer.from('{"p').toString('hex'));
  });

  it('exports no cell that begins like a formula', async () => {
    await controller.nest.get(AuditTrail).record({
      actor: { ...systemActor(), kind: 'user', name: '=HYPERLINK("http://evil.example","x")@example.com' },
      action: 'user.created',
      organizationId: 'org-formula',
      target: { type: 'user', id: '+1' },
      after: { email: 'x' },
    });
    const { text } = await exported('format=csv&organization_id=org-formula');
    expect(text).toContain(`,"'=HYPERLINK(""http://evil.example"",""x"")@example.com",`);
    expect(text).toContain(`,user,'+1,`);
  });

  it('refuses an unknown export format', async () => {
    await controller.api.exportAudit(wrong({ format: 'xlsx' })).expect(400);
  });
});

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** A second implementation of canonical JSON, to test the rule and not the implementation. */
function sorted(value: object | JsonValue): string {
  return JSON.stringify(value, (_, member: JsonValue) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
