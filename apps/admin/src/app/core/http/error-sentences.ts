import type { ErrorType } from '@moolai/contracts';
import { NetworkError, type RequestFailure } from './request-failure';

/** What happened, and what to do: one sentence each. */
export interface ErrorSentence {
  title: string;
  advice: string;
}

/** A sentence for every error type of the API. */
export const ERROR_SENTENCES: Readonly<Record<ErrorType, ErrorSentence>> = {
  validation_error: {
    title: 'The controller rejected the input',
    advice: 'Correct the fields and try again.',
  },
  unauthorized: {
    title: 'You are not signed in',
    advice: 'Sign in and try again.',
  },
  forbidden: {
    title: 'You are not allowed to do this',
    advice: 'Ask an administrator for the permission, or sign in as another user.',
  },
  not_found: {
    title: 'This no longer exists',
    advice: 'It may have been deleted. Go back and choose again.',
  },
  conflict: {
    title: 'Someone else changed this in the meantime',
    advice: 'Check the current state and try again.',
  },
  payload_too_large: {
    title: 'The request is too large',
    advice: 'Send less data at once.',
  },
  rate_limited: {
    title: 'Too many requests',
    advice: 'Wait a moment, then try again.',
  },
  internal_error: {
    title: 'Something went wrong in the controller',
    advice: 'Try again. If the error persists, give the request id to the operator of the controller.',
  },
  unavailable: {
    title: 'The controller is not ready',
    advice: 'It usually recovers within seconds. This page keeps trying.',
  },
};

const UNREACHABLE: ErrorSentence = {
  title: 'The controller cannot be reached',
  advice: 'Check that it is running and that the network is up. This page keeps trying.',
};

const TOO_SLOW: ErrorSentence = {
  title: 'The controller does not respond',
  advice: 'It may be overloaded or starting. This page keeps trying.',
};

/** The sentence for a failure. */
export function sentenceFor(failure: RequestFailure): ErrorSentence {
  if (failure instanceof NetworkError) return failure.isTimeout ? TOO_SLOW : UNREACHABLE;
  return ERROR_SENTENCES[failure.type];
}

/** The controller's detail about a failure, with the refused fields; empty if there is none. */
export function detailOf(failure: RequestFailure): string {
  if (failure instanceof NetworkError) return '';
  const fields = failure.fields.map(({ field, detail }) => `${field}: ${detail}`);
  return fields.length > 0 ? `${failure.detail} (${fields.join('; ')})` : failure.detail;
}

/** The id of a failed request in the controller's log. */
export function requestIdOf(failure: RequestFailure): string | null {
  return failure instanceof NetworkError ? null : failure.requestId;
}
