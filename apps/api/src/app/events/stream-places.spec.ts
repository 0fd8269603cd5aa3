import { AppError } from '../../platform/errors/app-error.js';
import { StreamPlaces } from './stream-places.js';

const SHARES = { total: 8, reserved: 2, organization: 4, principal: 3 };

const user = (id: string, ...scope: string[]) => ({ kind: 'user' as const, id, scope });
const ROOT = { kind: 'user' as const, id: 'root', scope: null };

function refusalOf(take: () => unknown): AppError {
  try {
    take();
  } catch (error) {
    if (error instanceof AppError) return error;
  }
  throw new Error('it was not refused');
}

describe('StreamPlaces', () => {
  it('limits one principal, and reports how many streams are open', () => {
    const places = new StreamPlaces(SHARES);
    const ada = user('ada', 'org-a');
    for (let count = 0; count < 3; count += 1) places.reserve(ada);
    const refusal = refusalOf(() => places.reserve(ada));
    expect(refusal.type).toBe('rate_limited');
    expect(refusal.retryAfterSec).toBe(10);
    expect(refusal.message).toContain('You have 3 live streams open');
    expect(() => places.reserve(user('bob', 'org-a'))).not.toThrow();
    expect(() => places.reserve({ ...ada, kind: 'api_token' })).toThrow('org-a');
  });

  it('limits one organization, however many users it has', () => {
    const places = new StreamPlaces(SHARES);
    for (let count = 0; count < 4; count += 1) places.reserve(user(`user-${count}`, 'org-a'));
    expect(refusalOf(() => places.reserve(user('next', 'org-b', 'org-a'))).type).toBe('rate_limited');
    expect(() => places.reserve(user('other', 'org-b'))).not.toThrow();
  });

  it('reserves places for principals who see the whole fleet', () => {
    const places = new StreamPlaces(SHARES);
    for (let count = 0; count < 6; count += 1) places.reserve(user(`user-${count}`, `org-${count}`));
    expect(refusalOf(() => places.reserve(user('next', 'org-next'))).type).toBe('unavailable');
    places.reserve(ROOT);
    places.reserve(ROOT);
    expect(refusalOf(() => places.reserve(ROOT)).type).toBe('unavailable');
  });

  it('returns each place once', () => {
    const places = new StreamPlaces(SHARES);
    const ada = user('ada', 'org-a');
    const [first] = [places.reserve(ada), places.reserve(ada), places.reserve(ada)];
    first();
    first();
    places.reserve(ada);
    expect(() => places.reserve(ada)).toThrow(AppError);
  });
});
