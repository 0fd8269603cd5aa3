import { AppError } from './app-error.js';
import { isDatabaseUnavailable, toAppError } from './error-translation.js';

function coded(code: string, message = 'x'): Error {
  return Object.assign(new Error(message), { code });
}

describe('isDatabaseUnavailable', () => {
  it.each(['ECONNREFUSED', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', '08006', '53300', '57P01', '57P03'])(
    'takes %s for a database that is away',
    (code) => {
      expect(isDatabaseUnavailable(coded(code))).toBe(true);
      expect(isDatabaseUnavailable(Object.assign(new Error('x'), { driverError: coded(code) }))).toBe(true);
    },
  );

  it.each(['42601', '23505', '22P02', 'ENOENT'])('does not take %s for one', (code) => {
    expect(isDatabaseUnavailable(coded(code))).toBe(false);
  });
});

describe('toAppError', () => {
  it('keeps what has a meaning to the caller, and hides everything else', () => {
    const error = new AppError('conflict', 'Not now.');
    expect(toAppError(error)).toBe(error);
    expect(toAppError(coded('57P01')).type).toBe('unavailable');
    const hidden = toAppError(new Error('SELECT secret FROM table'));
    expect(hidden.type).toBe('internal_error');
    expect(hidden.message).not.toContain('secret');
  });
});
