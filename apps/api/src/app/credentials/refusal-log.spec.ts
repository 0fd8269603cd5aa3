import { FakeClock } from '@moolai/testing';
import { NoRedis } from '../../platform/redis/no-redis.js';
import type { Logger } from '../../platform/logging/logger.js';
import type { AuditedChange, AuditTrail } from '../audit/index.js';
import type { FleetEvents, Happening } from '../events/index.js';
import { RefusalLog } from './refusal-log.js';

describe('RefusalLog', () => {
  let told: Happening[];
  let recorded: AuditedChange[];
  let clock: FakeClock;
  let log: RefusalLog;

  beforeEach(() => {
    told = [];
    recorded = [];
    clock = new FakeClock();
    const events = { publish: (happening: Happening) => void told.push(happening) };
    const audit = { record: (change: AuditedChange) => Promise.resolve(void recorded.push(change)) };
    const logger = { warn: () => undefined } as unknown as Logger;
    log = new RefusalLog(new NoRedis(), events as FleetEvents, audit as AuditTrail, clock, logger);
  });

  function refuse(
    orchestratorId: string,
    address = '192.0.2.1',
    organizationId: string | null = 'org-1',
    detail = 'No.',
  ): void {
    log.record({ orchestratorId, organizationId, address, error: 'unauthorized', detail });
  }

  it('records address and reason, in the organization that the id belongs to', () => {
    refuse('orch-1');
    expect(told).toEqual([
      expect.objectContaining({
        type: 'orchestrator.refused',
        organizationId: 'org-1',
        orchestratorId: 'orch-1',
        data: { error: 'unauthorized', detail: 'No.', remote_address: '192.0.2.1', untold_before: 0 },
      }),
    ]);
  });

  it('reports the same refusal once a minute, with the number of those left out', () => {
    for (let count = 0; count < 5; count += 1) refuse('orch-1');
    expect(told).toHaveLength(1);
    clock.advance(60_000);
    refuse('orch-1');
    expect(told).toHaveLength(2);
    expect(told[1]?.data).toMatchObject({ untold_before: 4 });
  });

  it('reports a different error immediately, so that fixing the first one shows the next', () => {
    refuse('orch-1');
    refuse('orch-1', '192.0.2.1', 'org-1', 'There is no such token.');
    expect(told).toMatchObject([
      { data: { detail: 'No.' } },
      { data: { detail: 'There is no such token.' } },
    ]);
  });

  it('keeps one address or many from crowding out all other events', () => {
    for (let count = 0; count < 1_000; count += 1) refuse(`orch-${count}`);
    expect(told).toHaveLength(50);
    for (let count = 0; count < 1_000; count += 1) refuse('orch-1', `192.0.2.${count}`);
    expect(told).toHaveLength(200);
  });

  it('records a limited number of refusals, and only for existing ids', () => {
    refuse('orch-unknown', '192.0.2.1', null);
    expect(recorded).toEqual([]);
    for (let count = 0; count < 100; count += 1) refuse('orch-1', `192.0.2.${count}`);
    expect(recorded).toHaveLength(20);
    expect(recorded[0]).toMatchObject({ action: 'credential.refused', organizationId: 'org-1' });
  });
});
