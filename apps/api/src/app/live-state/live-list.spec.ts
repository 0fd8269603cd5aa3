import { isInScope } from '../../platform/access/scope.js';
import type { LiveFleet } from './live-fleet.js';
import { LiveList } from './live-list.js';
import { toLiveOrchestrator, type LiveSource, type ShownEntry } from './live-rows.js';

const FIRST_MS = Date.parse('2026-11-29T19:06:02.007Z');

type Changeable = { -readonly [Key in keyof ShownEntry]: ShownEntry[Key] };

function entryOf(orchestratorId: string, organizationId = 'org-1'): Changeable {
  return {
    orchestratorId,
    organizationId,
    sessionId: `session-of-${orchestratorId}`,
    remoteAddress: '2001:db8::7 "last_seen":"',
    instanceId: 'host-1a2b3c',
    connectedAtMs: FIRST_MS,
    lastSeenMs: 0,
    flag: { isIndependent: false },
    shown: null,
  };
}

class Source implements LiveSource {
  version = 0;
  readonly entries: Changeable[];
  status: 'active' | 'inactive' = 'active';

  constructor(...entries: Changeable[]) {
    this.entries = entries;
  }

  visitConnected: LiveSource['visitConnected'] = (scope, visit) => {
    for (const entry of this.entries) {
      if (isInScope(scope, entry.organizationId)) visit(entry, this.status);
    }
  };
}

describe('LiveList', () => {
  function listOf(own: Source): LiveList {
    return new LiveList(own as unknown as LiveFleet);
  }

  function textOf(list: LiveList, scope: string[] | null = null): string {
    return list.json(scope).toBytes().toString();
  }

  function expected({ entries, status }: Source): string {
    const items = entries.map((entry) => toLiveOrchestrator(entry, status));
    return JSON.stringify({ items, total: items.length });
  }

  it('is the JSON of the items, also after each of their changes', () => {
    const [one, other] = [entryOf('one'), entryOf('other')];
    const source = new Source(one, other);
    const list = listOf(source);
    const changes: (() => void)[] = [
      () => undefined,
      () => (one.lastSeenMs = FIRST_MS + 1_000),
      () => (one.lastSeenMs = FIRST_MS + 61_999),
      () => (other.flag = { isIndependent: true }),
      () => (other.lastSeenMs = FIRST_MS + 3),
      () => (source.status = 'inactive'),
      () => (one.lastSeenMs = 0),
      () => source.entries.shift(),
      () => source.entries.push(entryOf('third')),
      () => source.entries.splice(0),
    ];
    for (const change of changes) {
      change();
      expect(textOf(list)).toBe(expected(source));
      expect(textOf(list)).toBe(expected(source));
    }
  });

  it('is whole also when it has several parts, and other letters', () => {
    const entries = Array.from({ length: 101 }, (_, index) => entryOf(`of-many-${index}`, 'Größe'));
    const source = new Source(...entries);
    const list = listOf(source);
    for (const length of [101, 100, 51, 50, 49, 1]) {
      source.entries.splice(length);
      expect(textOf(list)).toBe(expected(source));
    }
  });

  it('joins its sources, and each of them changes the tag', () => {
    const own = new Source(entryOf('own'));
    const mirror = new Source(entryOf('elsewhere'), entryOf('foreign', 'org-2'));
    const list = listOf(own);
    list.add(mirror);
    const { items, total } = JSON.parse(textOf(list, ['org-1'])) as { items: object[]; total: number };
    expect(items).toMatchObject([{ orchestrator_id: 'own' }, { orchestrator_id: 'elsewhere' }]);
    expect(total).toBe(2);
    const tags = [list.tagOf(null)];
    own.version += 1;
    tags.push(list.tagOf(null));
    mirror.version += 1;
    tags.push(list.tagOf(null));
    expect(new Set(tags).size).toBe(3);
    expect(list.tagOf(null)).toBe(tags[2]);
  });

  it('has another tag for each scope and in each process', () => {
    const source = new Source();
    const list = listOf(source);
    const scopes = [null, [], ['org-1'], ['org-2'], ['org-1', 'org-2'], ['org-1","org-2']];
    expect(new Set(scopes.map((scope) => list.tagOf(scope))).size).toBe(scopes.length);
    expect(list.tagOf(['org-2', 'org-1'])).toBe(list.tagOf(['org-1', 'org-2']));
    expect(listOf(source).tagOf(null)).not.toBe(list.tagOf(null));
  });
});
