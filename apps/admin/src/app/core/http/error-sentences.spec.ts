import { ERROR_TYPES } from '@moolai/contracts';
import { detailOf, ERROR_SENTENCES, requestIdOf, sentenceFor } from './error-sentences';
import { ApiError, NetworkError } from './request-failure';

describe('ERROR_SENTENCES', () => {
  it('has a separate sentence for every error type', () => {
    const titles = ERROR_TYPES.map((type) => ERROR_SENTENCES[type].title);

    expect(new Set(titles).size).toBe(ERROR_TYPES.length);
    expect(Object.keys(ERROR_SENTENCES).sort()).toEqual([...ERROR_TYPES].sort());
  });

  it.each(ERROR_TYPES)('says for %s what happened and what to do', (type) => {
    const { title, advice } = ERROR_SENTENCES[type];

    expect(title).toMatch(/^[A-Z].*[a-z]$/);
    expect(advice).toMatch(/^[A-Z].*\.$/);
  });
});

describe('sentenceFor', () => {
  it('uses the error type of the controller', () => {
    expect(sentenceFor(new ApiError('conflict', 'Changed.', 'req-1'))).toBe(ERROR_SENTENCES.conflict);
  });

  it('tells an unreachable controller from one that does not answer', () => {
    expect(sentenceFor(new NetworkError()).title).toBe('The controller cannot be reached');
    expect(sentenceFor(new NetworkError(true)).title).toBe('The controller does not respond');
  });
});

describe('detailOf', () => {
  it("is the controller's detail", () => {
    expect(detailOf(new ApiError('conflict', 'Somebody was faster.', null))).toBe('Somebody was faster.');
  });

  it('lists refused fields', () => {
    const fields = [
      { field: 'email', detail: 'must be an e-mail address' },
      { field: 'password', detail: 'is missing' },
    ];

    expect(detailOf(new ApiError('validation_error', 'Not valid.', null, fields))).toBe(
      'Not valid. (email: must be an e-mail address; password: is missing)',
    );
  });

  it('is empty without an answer', () => {
    expect(detailOf(new NetworkError())).toBe('');
  });
});

describe('requestIdOf', () => {
  it("identifies the request in the controller's log", () => {
    expect(requestIdOf(new ApiError('internal_error', 'Oops.', 'req-7'))).toBe('req-7');
  });

  it('is null if no request arrived', () => {
    expect(requestIdOf(new NetworkError())).toBeNull();
  });
});
