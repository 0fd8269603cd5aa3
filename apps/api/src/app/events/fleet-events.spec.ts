import type { FleetEvent } from '@moolai/contracts';
import { FakeClock } from '@moolai/testing';
import { ByteBudget } from '../../platform/batching/byte-budget.js';
import { EventBuffer } from './event-buffer.js';
import { FleetEvents, type PlainEventType } from './fleet-events.js';
import { MemoryEventLog } from './memory-event-log.js';

const HEAD = { organizationId: 'org-1', orchestratorId: 'orch-1', summary: 'It happened.' };
const TOKEN = { enrolment_token_id: 7, name: 'Oslo' };

describe('FleetEvents', () => {
  let events: FleetEvents;
  let published: FleetEvent[];

  beforeEach(() => {
    const log = new MemoryEventLog(new EventBuffer(10, new ByteBudget(100_000)));
    events = new FleetEvents(log, new FakeClock());
    published = [];
    events.subscribe({ onEvent: (event) => published.push(event) });
  });

  it('publishes every field, in the order of the wire', () => {
    events.publish({ data: TOKEN, type: 'enrolment_token.created', ...HEAD, actor: 'ada@example.com' });
    expect(Object.entries(published[0] ?? {})).toEqual([
      ['id', events.currentId()],
      ['type', 'enrolment_token.created'],
      ['at', new FakeClock().now().toISOString()],
      ['organization_id', 'org-1'],
      ['orchestrator_id', 'orch-1'],
      ['actor', 'ada@example.com'],
      ['summary', 'It happened.'],
      ['data', TOKEN],
    ]);
  });

  it('publishes an event of the system without an orchestrator and data by default', () => {
    events.publish({ type: 'organization.created', organizationId: null, summary: 'It happened.' });
    expect(published).toMatchObject([{ orchestrator_id: null, actor: 'system', data: {} }]);
  });

  /** The type check fails here as soon as one of these calls compiles. */
  function refusedByTheCompiler(either: 'enrolment_token.revoked' | 'metrics.refused'): void {
    // @ts-expect-error There is no such type of event.
    events.publish({ ...HEAD, type: 'orchestrator.renamed' });
    // @ts-expect-error The data is missing.
    events.publish({ ...HEAD, type: 'enrolment_token.created' });
    // @ts-expect-error One field of the data is missing.
    events.publish({ ...HEAD, type: 'enrolment_token.created', data: { name: 'Oslo' } });
    // @ts-expect-error The type of a field is wrong.
    events.publish({ ...HEAD, type: 'enrolment_token.created', data: { ...TOKEN, name: 7 } });
    // @ts-expect-error The type of event has no such field.
    events.publish({ ...HEAD, type: 'enrolment_token.created', data: { ...TOKEN, color: 'red' } });
    // @ts-expect-error The data belongs to another type.
    events.publish({ ...HEAD, type: 'config.changed', data: TOKEN });
    // @ts-expect-error The data belongs to one of two possible types only.
    events.publish({ ...HEAD, type: either, data: TOKEN });
    // @ts-expect-error This type has no data.
    events.publish({ ...HEAD, type: 'orchestrator.changed', data: TOKEN });
    // @ts-expect-error This type has data.
    const plain: PlainEventType = 'config.changed';
    events.publish({ ...HEAD, type: plain });
  }

  it('accepts only data that fits the type', () => {
    expect(refusedByTheCompiler).toBeInstanceOf(Function);
  });
});
