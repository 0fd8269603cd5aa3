import type { OrganizationCounts } from '../orchestrators/index.js';
import { ALL, boundedCounts, MAX_ORGANIZATIONS, OTHER } from './bounded-counts.js';

function organization(
  id: string,
  active: number,
  more: Partial<OrganizationCounts> = {},
): OrganizationCounts {
  return { organizationId: id, active, independent: 0, inactive: 0, error: 0, ...more };
}

describe('boundedCounts', () => {
  it('keeps a few organizations unchanged', () => {
    const few = [organization('a', 1), organization('b', 2)];
    expect(boundedCounts(few, true)).toEqual(few);
  });

  it('names the largest and groups all others, whatever their status', () => {
    const large = Array.from({ length: MAX_ORGANIZATIONS }, (_, index) => organization(`large-${index}`, 9));
    const small = [
      organization('small-1', 1, { error: 2 }),
      organization('small-2', 0, { independent: 3, inactive: 4 }),
    ];
    const bounded = boundedCounts([...small, ...large], true);
    expect(bounded).toHaveLength(MAX_ORGANIZATIONS + 1);
    expect(bounded.at(-1)).toEqual({
      organizationId: OTHER,
      active: 1,
      independent: 3,
      inactive: 4,
      error: 2,
    });
    expect(new Set(bounded.map(({ organizationId }) => organizationId))).toEqual(
      new Set([...large.map(({ organizationId }) => organizationId), OTHER]),
    );
  });

  it('names no organization if names are not allowed', () => {
    expect(boundedCounts([organization('a', 1), organization('b', 2, { error: 1 })], false)).toEqual([
      organization(ALL, 3, { error: 1 }),
    ]);
  });
});
