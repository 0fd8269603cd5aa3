import { independentOrchestrator, inactiveOrchestrator, orchestrator } from '../../testing/builders';
import { axesOf } from './axes';

describe('axesOf', () => {
  it.each([
    ['one that is well', orchestrator(), ['Connected', 'On time', 'Managed']],
    ['one that went', inactiveOrchestrator(), ['Not connected', 'None', 'Managed']],
    [
      'one whose connection broke',
      inactiveOrchestrator({ status: 'error' }),
      ['Connection lost', 'None', 'Managed'],
    ],
    [
      'one that was never there',
      inactiveOrchestrator({ last_seen: null }),
      ['Never connected', 'None yet', 'Managed'],
    ],
    ['one that is silent', orchestrator({ status: 'inactive' }), ['Connected', 'Overdue', 'Managed']],
    [
      'one that reports an error',
      orchestrator({ status: 'error', health_status: { status: 'error' } }),
      ['Connected', 'Reports an error', 'Managed'],
    ],
    ['one that is independent', independentOrchestrator(), ['Connected', 'Ignored', 'Independent']],
    [
      'one whose organization is independent',
      independentOrchestrator({ independence_source: 'organization' }),
      ['Connected', 'Ignored', 'Independent by organization'],
    ],
  ])('tells link, heartbeat and management apart of %s', (_, one, labels) => {
    const { link, heartbeat, management } = axesOf(one);

    expect([link, heartbeat, management].map(({ label }) => label)).toEqual(labels);
  });
});
