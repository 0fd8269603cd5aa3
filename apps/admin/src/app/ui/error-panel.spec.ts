import { inputBinding, outputBinding } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { click, settle } from '../../testing/gestures';
import { byRole, textOf } from '../../testing/queries';
import { ApiError, NetworkError, type RequestFailure } from '../core/http/request-failure';
import { ErrorPanel } from './error-panel';

async function show(failure: RequestFailure): Promise<{ retries: () => number }> {
  let retries = 0;
  TestBed.createComponent(ErrorPanel, {
    bindings: [inputBinding('failure', () => failure), outputBinding('retry', () => (retries += 1))],
  });
  await settle();
  return { retries: () => retries };
}

describe('ErrorPanel', () => {
  it("shows what happened, the controller's detail, its request id, and what to do", async () => {
    await show(new ApiError('internal_error', 'The query took too long.', 'req-42'));

    const panel = byRole('alert');
    expect(textOf(byRole('heading', undefined, panel))).toBe('Something went wrong in the controller');
    expect(textOf(panel)).toContain('The query took too long.');
    expect(textOf(panel)).toContain('Request id req-42');
    expect(textOf(panel)).toContain('give the request id to the operator of the controller');
  });

  it('lists refused fields', async () => {
    const fields = [{ field: 'page_size', detail: 'must not exceed 200' }];

    await show(new ApiError('validation_error', 'Not valid.', 'req-42', fields));

    expect(textOf(byRole('alert'))).toContain('page_size: must not exceed 200');
  });

  it('shows no request id when the controller could not be reached', async () => {
    await show(new NetworkError());

    expect(textOf(byRole('heading'))).toBe('The controller cannot be reached');
    expect(textOf()).not.toContain('Request id');
  });

  it('retries on "Retry"', async () => {
    const { retries } = await show(new NetworkError());
    expect(retries()).toBe(0);

    await click(byRole('button', 'Retry'));

    expect(retries()).toBe(1);
  });
});
