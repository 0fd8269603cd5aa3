import type { ErrorType } from '@moolai/contracts';
import { NetworkError, type RequestFailure } from './request-failure';

/** What happened, and what to do about it: one sentence each. */
export interface ErrorSentence {
  title: string;
  advice: string;
}

/** A sentence for every error type of the API. */
export const ERROR_SENTENCES: Readonly<Record<ErrorType, ErrorSentence>> = {
  validation_error: {
    title: 'The controller did not accept what was sent',
    advice: 'Correct what is named below and send it again.',
  },
  unauthorized: {
    title: 'You are not signed in',
    advice: 'Sign in and try again.',
  },
  forbidden: {
    title: 'You are not allowed to do this',
    advice: 'Ask an administrator for the permission, or sign in as somebody else.',
  },
  not_found: {
    title: 'This does not exist any more',
    advice: 'It may have been removed meanwhile. Go back and choose again.',
  },
  conflict: {
    title: 'Somebody else changed this meanwhile',
    advice: 'Look at the present state and decide again.',
  },
  payload_too_large: {
    title: 'This is too large for the controller',
    advice: 'Send less at a time.',
  },
  rate_limited: {
    title: 'Too many requests in a short time',
    advice: 'Wait a moment, then try again.',
  },
  internal_error: {
    title: 'Something went wrong in the controller',
    advice: 'Try again. If it stays, give the request id to whoever reads the logs.',
  },
  unavailable: {
    title: 'The controller is not ready',
    advice: 'It usually recovers by itself within seconds; this page keeps trying.',
  },
};

const UNREACHABLE: ErrorSentence = {
  title: 'The controller cannot be reached',
  advice: 'Check that it runs and that the network is up; this page keeps trying.',
};

const TOO_SLOW: ErrorSentence = {
  title: 'The controller does not answer',
  advice: 'It may be overloaded or starting; this page keeps trying.',
};

/** The sentence for a failure. */
export function sentenceFor(failure: RequestFailure): ErrorSentence {
  if (failure instanceof NetworkError) return failure.isTimeout ? TOO_SLOW : UNREACHABLE;
  return ERROR_SENTENCES[failure.type];
}

/** What the controller itself says about a failure, with the fields that it refused; empty when nothing. */
export function detailOf(failure: RequestFailure): string {
  if (failure instanceof NetworkError) return '';
  const fields = failure.fields.map(({ field, detail }) => `${field}: ${detail}`);
  return fields.length > 0 ? `${failure.detail} (${fields.join('; ')})` : failure.detail;
}

/** The id that finds a failed request in the controller's log. */
export function requestIdOf(failure: RequestFailure): string | null {
  return failure instanceof NetworkError ? null : failure.requestId;
}
