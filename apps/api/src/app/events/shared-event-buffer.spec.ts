import type { FleetEvent } from '@moolai/contracts';
import { ByteBudget } from '../../platform/batching/byte-budget.js';
import { EventBuffer } from './event-buffer.js';
import { SharedEventBuffer } from './shared-event-buffer.js';

const event = (summary: string): FleetEvent => ({
  id: '',
  type: 'orchestrator.changed',
  at: '2026-01-01T00:00:00.000Z',
  organization_id: null,
  orchestrator_id: null,
  actor: 'system',
  summary,
  data: {},
});
const at = (number: number, generation = 1) => ({ generation, number });

describe('SharedEventBuffer', () => {
  let events: SharedEventBuffer;
  const since = (number: number, generation = 1): string[] | undefined =>
    events.since(at(number, generation))?.map(({ summary }) => summary);

  beforeEach(() => {
    events = new SharedEventBuffer(new EventBuffer(5, new ByteBudget(1_000_000)));
    for (const number of [10, 11, 12]) events.push(event(`event ${number}`), at(number));
  });

  it('resumes after each entry that it has, and after none that it has not', () => {
    expect(since(10)).toEqual(['event 11', 'event 12']);
    expect(since(12)).toEqual([]);
    expect(since(9)).toBeUndefined();
    expect(since(11, 2)).toBeUndefined();
  });

  it('has nothing to add for a reader who comes from a faster controller', () => {
    expect(since(15)).toEqual([]);
  });

  it('does not resume before the oldest event in memory', () => {
    for (const number of [13, 14, 15, 16]) events.push(event(`event ${number}`), at(number));
    expect(since(10)).toBeUndefined();
    expect(since(11)).toEqual(['event 12', 'event 13', 'event 14', 'event 15', 'event 16']);
  });

  it('resumes from the beginning of a generation', () => {
    events.pass(at(0, 2));
    expect(since(12)).toBeUndefined();
    expect(since(0, 2)).toEqual([]);
    events.push(event('first'), at(1, 2));
    expect(since(0, 2)).toEqual(['first']);
  });

  it('resumes only after an event that is not in the stream', () => {
    events.pushAlone(event('alone'));
    expect(since(12)).toBeUndefined();
    events.push(event('event 13'), at(13));
    expect(since(12)).toBeUndefined();
    expect(since(13)).toEqual([]);
  });

  it('resumes only after a gap', () => {
    events.breakOff();
    events.push(event('event 20'), at(20));
    events.push(event('event 21'), at(21));
    expect(since(12)).toBeUndefined();
    expect(since(20)).toEqual(['event 21']);
  });
});
