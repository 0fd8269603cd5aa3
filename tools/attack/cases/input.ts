import type { Page } from '@moolai/contracts';
import { assert, refused } from './checks.ts';
import type { Attack } from '../attack-case.ts';
import type { Answer, Target } from '../target.ts';

const MESSAGES = '/internal/orchestrators/orch-mine/messages';

const post = (target: Target, raw: string): Promise<Answer> =>
  target.request('POST', MESSAGES, { token: target.tokens.operator, raw });
const message = (content: string): string => `{"message_type":"notice","message_content":${content}}`;

const manyFields = (count: number): string =>
  JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, n) => [`f${n}`, n])));
const deep = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

/** A body that must be refused as invalid and must not cause an internal error. */
const wrong = (name: string, raw: string, ...statuses: number[]): Attack => ({
  name,
  run: async (target) => refused(await post(target, raw), ...(statuses.length ? statuses : [400])),
});

export const input: Attack[] = [
  wrong('invalid JSON', '{"message_type":'),
  wrong('an array as body', '[]'),
  wrong('null as body', 'null'),
  wrong(
    'a key "__proto__" in the body',
    '{"__proto__":{"is_admin":true},"message_type":"x","message_content":{}}',
  ),
  wrong(
    'a key "constructor" with a prototype',
    '{"constructor":{"prototype":{"x":1}},"message_type":"x","message_content":{}}',
  ),
  wrong('60,000 unknown fields', manyFields(60_000)),
  wrong('an unknown field', '{"message_type":"x","message_content":{},"status":"delivered"}'),
  wrong('JSON nested 100,000 levels deep', message(deep(100_000))),
  wrong('JSON nested 40 levels deep', message(deep(40))),
  wrong('a NUL character, which PostgreSQL cannot store', message('{"a":"\\u0000"}')),
  wrong('half of a surrogate pair', message('{"a":"\\ud800"}')),
  wrong('a body of 2 MB', message(`{"a":"${'x'.repeat(2_000_000)}"}`), 413),
  wrong('a message larger than a frame', message(`{"a":"${'x'.repeat(300_000)}"}`), 400, 413),
  {
    name: 'a prototype key in the content: stored as data, no prototype is changed',
    run: async (target) => {
      const answer = await post(target, message('{"__proto__":{"polluted":true},"ok":1}'));
      assert([201, 400].includes(answer.status), `${answer.status}`);
      assert(!('polluted' in {}), 'polluted');
      const me = await target.request('GET', '/internal/auth/me', { token: target.tokens.viewer });
      assert(!me.text.includes('polluted'), 'a prototype was changed');
      return `${answer.status}`;
    },
  },
  {
    name: 'an id that contains a path',
    run: async (target) =>
      refused(
        await target.request('GET', '/controller/orchestrators/..%2f..%2finternal%2fusers', {
          token: target.tokens.viewer,
        }),
        400,
        404,
      ),
  },
  {
    name: 'an id of 100,000 characters',
    run: async (target) =>
      refused(
        await target.request('GET', `/controller/orchestrators/${'a'.repeat(10_000)}`, {
          token: target.tokens.viewer,
        }),
        400,
        404,
        414,
      ),
  },
  {
    name: 'an id with characters that change the direction of text',
    run: async (target) =>
      refused(
        await target.request('GET', '/controller/orchestrators/%E2%80%AEabc', {
          token: target.tokens.viewer,
        }),
        400,
      ),
  },
  {
    name: 'an SQL injection in a search',
    run: async (target) => {
      const query = encodeURIComponent(`%' OR '1'='1`);
      const { status, body } = await target.request<Page<unknown>>(
        'GET',
        `/controller/orchestrators?search=${query}`,
        {
          token: target.tokens.viewer,
        },
      );
      assert(status === 200 && body?.data?.total === 0, `${status} ${JSON.stringify(body)}`);
      return '200 with nothing found';
    },
  },
  {
    name: 'an SQL injection as sort order',
    run: async (target) =>
      refused(
        await target.request('GET', '/controller/orchestrators?sort=name;DROP%20TABLE%20users', {
          token: target.tokens.viewer,
        }),
        400,
      ),
  },
  {
    name: 'a page of a billion rows',
    run: async (target) =>
      refused(
        await target.request('GET', '/controller/orchestrators?page_size=1000000000', {
          token: target.tokens.viewer,
        }),
        400,
      ),
  },
  {
    name: 'a repeated parameter',
    run: async (target) =>
      refused(
        await target.request(
          'GET',
          '/controller/orchestrators?organization_id=org-mine&organization_id=org-theirs',
          { token: target.tokens.viewer },
        ),
        400,
      ),
  },
  {
    name: 'markup as a name: returned as JSON that browsers do not interpret',
    run: async (target) => {
      const body = { name: '<img src=x onerror=alert(1)>' };
      await target.request('PATCH', '/internal/orchestrators/orch-mine', {
        token: target.tokens.admin,
        body,
      });
      const { headers } = await target.request('GET', '/controller/orchestrators/orch-mine', {
        token: target.tokens.viewer,
      });
      assert(headers.get('content-type')?.startsWith('application/json'), headers.get('content-type'));
      assert(headers.get('x-content-type-options') === 'nosniff', 'sniffable');
      return 'application/json, nosniff';
    },
  },
  {
    name: 'an internal address as website: stored, never requested',
    run: async (target) => {
      let asked = false;
      const trap = await target.trap(() => (asked = true));
      const body = { internal_url: trap.url, website: trap.url };
      const path = '/internal/orchestrators/orch-mine';
      await target.request('PATCH', path, { token: target.tokens.admin, body });
      await target.read('/controller/orchestrators/orch-mine');
      await trap.close();
      assert(!asked, 'the controller sent a request to it');
      return 'no connection was made';
    },
  },
];
