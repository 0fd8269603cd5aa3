import { HttpErrorResponse, HttpHeaders } from '@angular/common/http';
import { ERROR_STATUS, ERROR_TYPES } from '@moolai/contracts';
import { TimeoutError } from 'rxjs';
import { refusal } from '../../../testing/builders';
import { ApiError, NetworkError, toRequestFailure } from './request-failure';

function response(status: number, body: unknown, headers: Record<string, string> = {}): HttpErrorResponse {
  return new HttpErrorResponse({ status, error: body, headers: new HttpHeaders(headers) });
}

describe('toRequestFailure', () => {
  it.each(ERROR_TYPES)("parses the controller's envelope for %s", (type) => {
    const failure = toRequestFailure(response(ERROR_STATUS[type], refusal(type)));

    expect(failure).toEqual(new ApiError(type, 'The controller says no.', 'req-42'));
    expect(failure).toMatchObject({
      type,
      detail: 'The controller says no.',
      requestId: 'req-42',
      fields: [],
    });
  });

  it('keeps the refused fields', () => {
    const errors = [{ field: 'email', detail: 'must be an e-mail address' }];

    expect(toRequestFailure(response(400, refusal('validation_error', { errors })))).toMatchObject({
      type: 'validation_error',
      fields: errors,
    });
  });

  it.each([502, 503, 504])("treats a proxy's %d as an unreachable controller", (status) => {
    expect(toRequestFailure(response(status, '<html>Bad gateway</html>'))).toEqual(new NetworkError());
  });

  it.each([502, 504])('treats a %d with an envelope the same, because only a proxy sends it', (status) => {
    expect(toRequestFailure(response(status, refusal('unavailable')))).toEqual(new NetworkError());
  });

  it("treats the controller's own 503 as an answer", () => {
    expect(toRequestFailure(response(503, refusal('unavailable')))).toMatchObject({ type: 'unavailable' });
  });

  it('treats status 0 as an unreachable controller', () => {
    expect(toRequestFailure(response(0, new ProgressEvent('error')))).toEqual(new NetworkError());
  });

  it('tells a late answer from an impossible one', () => {
    expect(toRequestFailure(new TimeoutError())).toMatchObject({ name: 'NetworkError', isTimeout: true });
  });

  it.each([
    ['a page', '<html>Not found</html>'],
    ['nothing', null],
    ['another error type', { success: false, error: 'teapot', detail: 'Short and stout.' }],
    ['no detail', { success: false, error: 'conflict' }],
    ['a success', { success: true, error: 'conflict', detail: 'Odd.' }],
    ['a list', [refusal('conflict')]],
  ])('reports that %s is not an answer of the controller', (_what, body) => {
    expect(toRequestFailure(response(404, body))).toMatchObject({
      name: 'ApiError',
      type: 'internal_error',
      detail: 'The response did not come from the controller (HTTP 404).',
      requestId: null,
    });
  });

  it('finds the request id of a foreign answer in its headers', () => {
    const failure = toRequestFailure(response(500, 'oops', { 'x-request-id': 'req-9' }));

    expect(failure).toMatchObject({ type: 'internal_error', requestId: 'req-9' });
  });

  it.each([new ApiError('conflict', 'Changed.', 'req-1'), new NetworkError(true)])(
    'keeps converted failures: %s',
    (failure) => {
      expect(toRequestFailure(failure)).toBe(failure);
    },
  );

  it.each([new TypeError('envelope is null'), 'a text', undefined])(
    'reveals no internals of an unknown error: %p',
    (error) => {
      expect(toRequestFailure(error)).toEqual(
        new ApiError('internal_error', 'The console could not read the response.', null),
      );
    },
  );
});
