import type { ErrorType } from '@moolai/contracts';
import { CORE_TEXTS } from '../core.texts';
import { NetworkError, type RequestFailure } from './request-failure';

/** What happened, and what to do: one sentence each. */
export interface ErrorSentence {
  readonly title: string;
  readonly advice: string;
}

/** A sentence for every error type of the API. */
export const ERROR_SENTENCES: Readonly<Record<ErrorType, ErrorSentence>> = CORE_TEXTS.errors;

/** The sentence for a failure. */
export function sentenceFor(failure: RequestFailure): ErrorSentence {
  if (failure instanceof NetworkError) return failure.isTimeout ? CORE_TEXTS.tooSlow : CORE_TEXTS.unreachable;
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
