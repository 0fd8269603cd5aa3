import { independentOrchestrator, inactiveOrchestrator, orchestrator } from '../../testing/builders';
import { axesOf } from './axes';

describe('axesOf', () => {
  it.each([
    ['a healthy one', orchestrator(), ['Connected', 'On time', 'Managed']],
    ['one that disconnected', inactiveOrchestrator(), ['Not connected', 'None', 'Managed']],
    [
      'one with a lost connection',
      inactiveOrchestrator({ status: 'error' }),
      ['Connection lost', 'None', 'Managed'],
    ],
    [
      'one that never connected',
      inactiveOrchestrator({ last_seen: null }),
      ['Never connected', 'None yet', 'Managed'],
    ],
    ['a silent one', orchestrator({ status: 'inactive' }), ['Connected', 'Overdue', 'Managed']],
    [
      'one that reports an error',
      orchestrator({ status: 'error', health_status: { status: 'error' } }),
      ['Connected', 'Reports an error', 'Managed'],
    ],
    ['an independent one', independentOrchestrator(), ['Connected', 'Ignored', 'Independent']],
    [
      'one with an independent organization',
      independentOrchestrator({ independence_source: 'organization' }),
      ['Connected', 'Ignored', 'Independent by organization'],
    ],
  ])('shows link, heartbeat and management separately for %s', (_, one, labels) => {
    const { link, heartbeat, management } = axesOf(one);

    expect([link, heartbeat, management].map(({ label }) => label)).toEqual(labels);
  });
});
