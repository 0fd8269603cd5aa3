import type { ExplainedValue, JsonObject } from '@moolai/contracts';
import { mergePatch } from '../configuration/index.js';
import { explainConfig, type LevelHistory, type LevelRevision } from './config-explanation.js';

/** A level with these contents in order, the oldest first. */
function level(name: LevelHistory['level'], ...contents: JsonObject[]): LevelHistory {
  const revisions = contents.map((content, index) => ({
    revision: index + 1,
    content,
    changedBy: `${name}-${index + 1}@example.com`,
    changedAt: `2026-01-0${index + 1}T00:00:00.000Z`,
  }));
  return { level: name, levelId: `the-${name}`, revisions: revisions.reverse() };
}

const BUILT_IN = { privacy_mode: false };

/** Explains the result of levels in increasing precedence. */
async function explain(...levels: LevelHistory[]): Promise<Map<string, ExplainedValue>> {
  const newest = levels.map(({ revisions }) => (revisions as LevelRevision[])[0]?.content ?? {});
  const config = newest.reduce((below, above) => mergePatch(below, above) as JsonObject, BUILT_IN);
  const values = await explainConfig(config, [...levels].reverse());
  return new Map(values.map((value) => [value.path, value]));
}

describe('explainConfig', () => {
  it('names for each value the highest level that sets it', async () => {
    const values = await explain(
      level('fleet', { session_config: { a: 1, b: 1, c: 1 } }),
      level('organization', { session_config: { b: 2, c: 2 } }),
      level('orchestrator', { session_config: { c: 3 } }),
    );
    expect([...values].map(([path, { level, value }]) => [path, level, value])).toEqual([
      ['/privacy_mode', 'built_in', false],
      ['/session_config/a', 'fleet', 1],
      ['/session_config/b', 'organization', 2],
      ['/session_config/c', 'orchestrator', 3],
    ]);
  });

  it('names the actor, time and revision of a value', async () => {
    const values = await explain(level('organization', { privacy_mode: true }));
    expect(values.get('/privacy_mode')).toEqual({
      path: '/privacy_mode',
      value: true,
      level: 'organization',
      level_id: 'the-organization',
      set_by: 'organization-1@example.com',
      set_at: '2026-01-01T00:00:00.000Z',
      revision: 1,
    });
  });

  it('names no actor for built-in values', async () => {
    expect((await explain()).get('/privacy_mode')).toEqual({
      path: '/privacy_mode',
      value: false,
      level: 'built_in',
      level_id: null,
      set_by: null,
      set_at: null,
      revision: null,
    });
  });

  it('names the first actor of the current value, not of a later change elsewhere', async () => {
    const values = await explain(
      level('fleet', { a: 1, x: 1 }, { a: 2, x: 1 }, { a: 2, x: 2 }, { a: 2, x: 3 }),
    );
    expect(values.get('/a')?.revision).toBe(2);
    expect(values.get('/x')?.revision).toBe(4);
  });

  it('starts anew when a value was removed and set again', async () => {
    const values = await explain(level('fleet', { a: 1 }, { a: 2 }, { a: 1 }, { a: 1, b: 1 }));
    expect(values.get('/a')?.revision).toBe(3);
    const deleted = await explain(level('fleet', { a: 1 }, {}, { a: 1 }));
    expect(deleted.get('/a')?.revision).toBe(3);
  });

  it('names the lower level after the higher one removed its value', async () => {
    const values = await explain(level('fleet', { a: 1 }), level('organization', { a: 2 }, { b: 1 }));
    expect(values.get('/a')).toMatchObject({ value: 1, level: 'fleet', revision: 1 });
  });

  it('omits values deleted by null', async () => {
    const values = await explain(
      level('fleet', { session_config: { a: 1, b: 1 } }),
      level('organization', { session_config: { a: null } }),
    );
    expect(values.has('/session_config/a')).toBe(false);
    expect(values.get('/session_config/b')?.level).toBe('fleet');
  });

  it('names the actor who emptied an object', async () => {
    const values = await explain(
      level('fleet', { session_config: { a: 1 } }),
      level('organization', { session_config: { a: null } }),
    );
    expect(values.get('/session_config')).toMatchObject({ value: {}, level: 'organization' });
  });

  it('treats an array as one value, including nulls', async () => {
    const values = await explain(
      level('fleet', { models: ['a', null] }, { models: ['a', null], other: 1 }),
      level('organization', {}),
    );
    expect(values.get('/models')).toMatchObject({ value: ['a', null], level: 'fleet', revision: 1 });
  });

  it('attributes a replaced value to the level that replaced it', async () => {
    const values = await explain(
      level('fleet', { limits: { a: 1, b: 1 } }),
      level('organization', { limits: 'none' }),
      level('orchestrator', { limits: { b: 1 } }),
    );
    expect(values.get('/limits/b')).toMatchObject({ level: 'orchestrator' });
    expect(values.has('/limits/a')).toBe(false);
  });

  it('escapes pointers, and is not confused by names of Object', async () => {
    const values = await explain(level('fleet', { 'a/b': { '~': 1 }, toString: 2 }));
    expect(values.get('/a~1b/~0')?.level).toBe('fleet');
    expect(values.get('/toString')).toMatchObject({ level: 'fleet', value: 2 });
  });

  it('reads no more revisions than necessary', async () => {
    let read = 0;
    const { revisions } = level('fleet', { a: 1 }, { a: 2 }, { a: 3 }, { a: 3 });
    function* counted(): Generator<LevelRevision> {
      for (const revision of revisions as LevelRevision[]) {
        read += 1;
        yield revision;
      }
    }
    const values = await explainConfig({ a: 3 }, [
      { level: 'fleet', levelId: 'fleet', revisions: counted() },
    ]);
    expect(values[0]?.revision).toBe(3);
    expect(read).toBe(3);
  });
});
