import type { JsonObject } from '@moolai/contracts';
import { changedFields, recordedStates, redacted } from './audit-content.js';

describe('changedFields', () => {
  it('returns the differing fields of both sides, also within objects', () => {
    const before = { name: 'a', same: [1], settings: { kept: 1, gone: 2, nested: { x: 1 } }, removed: null };
    const after = { name: 'b', same: [1], settings: { kept: 1, nested: { x: 2 }, added: { y: 1 } } };
    expect(changedFields(before, after)).toEqual({
      before: { name: 'a', settings: { gone: 2, nested: { x: 1 } }, removed: null },
      after: { name: 'b', settings: { nested: { x: 2 }, added: { y: 1 } } },
    });
  });

  it('ignores the order of keys, and compares lists as a whole', () => {
    expect(changedFields({ a: { x: 1, y: 2 } }, { a: { y: 2, x: 1 } })).toEqual({ before: {}, after: {} });
    expect(changedFields({ a: [1, 2] }, { a: [1, 3] })).toEqual({
      before: { a: [1, 2] },
      after: { a: [1, 3] },
    });
  });

  it('treats "__proto__" as an ordinary key', () => {
    const hostile = JSON.parse('{"__proto__":{"polluted":true}}') as JsonObject;
    const { after } = changedFields({}, hostile);
    expect(Object.keys(after)).toEqual(['__proto__']);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe('redacted', () => {
  it('masks secret values at any depth, and keeps names and null', () => {
    expect(
      redacted({
        database_url: 'postgres://u:p@h/d',
        redis_url: null,
        environment_variables: { HF_KEY: 'hf_1', EMPTY: '' },
        settings: { list: [{ apiKey: 'k' }], accessToken: 't', password: { old: 'a' }, max_tokens: 4096 },
        token_id: 'tok-1',
      }),
    ).toEqual({
      database_url: '********',
      redis_url: null,
      environment_variables: { HF_KEY: '********', EMPTY: '********' },
      settings: {
        list: [{ apiKey: '********' }],
        accessToken: '********',
        password: { old: '********' },
        max_tokens: 4096,
      },
      token_id: 'tok-1',
    });
  });

  it.each([
    ['https://ghp_token@host/x', 'https://********@host/x'],
    ['redis://u:p@ss@host', 'redis://********@host'],
    ['http://host/a@b', 'http://host/a@b'],
  ])('turns %s into %s', (text, safe) => {
    expect(redacted({ internal_url: text })).toEqual({ internal_url: safe });
  });

  it('removes the password from a URL', () => {
    expect(redacted({ internal_url: 'see http://me:hunter2@host:80/x?a=b@c' })).toEqual({
      internal_url: 'see http://********@host:80/x?a=b@c',
    });
  });

  it.each(['://:'.repeat(200_000), 'a://' + ':'.repeat(500_000), 'a.'.repeat(500_000) + '://'])(
    'is fast for a hostile text',
    (text) => {
      expect(redacted(text)).toBe(text);
    },
  );
});

describe('recordedStates', () => {
  it('shows that a secret changed without showing the secret', () => {
    const states = recordedStates({ database_url: 'one', name: 'n' }, { database_url: 'two', name: 'n' });
    expect(states).toEqual({ before: { database_url: '********' }, after: { database_url: '********' } });
  });

  it('is empty if nothing differs', () => {
    expect(recordedStates({ a: 1 }, { a: 1, b: undefined })).toBeUndefined();
    expect(recordedStates(null, null)).toEqual({ before: null, after: null });
  });

  it('keeps the size and hash of a large state', () => {
    const states = recordedStates(null, { settings: { text: 'x'.repeat(100_000) } });
    expect(states?.after).toEqual({
      omitted: { bytes: 100_024, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown },
    });
  });
});
