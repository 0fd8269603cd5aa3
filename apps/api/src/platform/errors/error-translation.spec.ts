import { AppError } from './app-error.js';
import { isDatabaseUnavailable, isRefusedData, toAppError } from './error-translation.js';

function coded(code: string, message = 'x'): Error {
  return Object.assign(new Error(message), { code });
}

describe('isDatabaseUnavailable', () => {
  it.each([
    ...['ECONNREFUSED', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', '08006', '53300', '57P01', '57P03'],
    ...['2200H', '25006', '40P01', '42501', '53100', '55P03', '57014', '58030', 'XX001'],
  ])('is true for %s', (code) => {
    expect(isDatabaseUnavailable(coded(code))).toBe(true);
    expect(isDatabaseUnavailable(Object.assign(new Error('x'), { driverError: coded(code) }))).toBe(true);
    expect(isRefusedData(coded(code))).toBe(false);
    expect(toAppError(coded(code))).toMatchObject({ type: 'unavailable', retryAfterSec: 5 });
  });

  it('is true for a generated number that is taken, but not for a duplicate value', () => {
    const taken = (constraint: string): Error => Object.assign(coded('23505'), { constraint });
    expect(isDatabaseUnavailable(taken('orchestrator_messages_pkey'))).toBe(true);
    expect(isRefusedData(taken('orchestrator_messages_pkey'))).toBe(false);
    expect(isDatabaseUnavailable(taken('users_email_key'))).toBe(false);
    expect(isRefusedData(taken('users_email_key'))).toBe(true);
  });

  it.each(['42601', '23505', '22P02', 'ENOENT'])('is false for %s', (code) => {
    expect(isDatabaseUnavailable(coded(code))).toBe(false);
  });
});

describe('isRefusedData', () => {
  it.each(['22P05', '22003', '23514', '54000', 'P0001'])('is true for %s', (code) => {
    expect(isRefusedData(Object.assign(new Error('x'), { driverError: coded(code) }))).toBe(true);
  });

  it.each(['42P01', '3F000', 'ENOENT'])('is false for %s', (code) => {
    expect(isRefusedData(coded(code))).toBe(false);
  });
});

describe('toAppError', () => {
  it.each([
    [coded('57014'), 'The database did not finish in time: it is slow'],
    [new Error('Query read timeout'), 'The database did not finish in time: it is slow'],
    [coded('55P03'), 'another statement holds a lock'],
    [coded('25006'), 'The database cannot store anything right now'],
    [coded('42501'), 'The database cannot store anything right now'],
    [coded('ECONNREFUSED'), 'The database cannot be reached right now'],
  ])('tells the problem of the database: %s', (error, reason) => {
    expect(toAppError(error).message).toContain(reason);
  });

  it('keeps errors meant for the caller, and hides all others', () => {
    const error = new AppError('conflict', 'Not now.');
    expect(toAppError(error)).toBe(error);
    expect(toAppError(coded('57P01')).type).toBe('unavailable');
    const hidden = toAppError(new Error('SELECT secret FROM table'));
    expect(hidden.type).toBe('internal_error');
    expect(hidden.message).not.toContain('secret');
  });
});
