import { FLEET_EVENT_TYPES, type FleetEvent, type FleetEventType } from './events.js';

/** The type check fails here as soon as one of the marked lines compiles. */
function read(event: FleetEvent): number | null {
  // @ts-expect-error Not every event has a version.
  expect(event.data.config_version).toBe(4);
  switch (event.type) {
    case 'config.reported':
      // @ts-expect-error Only a push has this number.
      expect(event.data.pushed).toBeUndefined();
      return event.data.config_version;
    case 'config.pushed':
      return 'pushed' in event.data ? event.data.pushed : event.data.config_version;
    default:
      return null;
  }
}

describe('FleetEvent', () => {
  it('has each type once', () => {
    expect(FLEET_EVENT_TYPES).toHaveLength(new Set(FLEET_EVENT_TYPES).size);
    expect(FLEET_EVENT_TYPES).toContain('orchestrator.status' satisfies FleetEventType);
  });

  it('has the data of its type', () => {
    const head = { id: '1', at: '', organization_id: null, orchestrator_id: null, actor: '', summary: '' };
    const data = { config_version: 4, status: 'applied', detail: null } as const;
    expect(read({ ...head, type: 'config.reported', data })).toBe(4);
    expect(read({ ...head, type: 'config.pushed', data: { config_version: 4 } })).toBe(4);
  });
});
