import type { ErrorEnvelope } from '@moolai/contracts';
import type { AppError } from './app-error.js';

/** Creates the answer to a failed request (contract section 2). */
export function errorEnvelope(error: AppError, requestId: string, now: Date): ErrorEnvelope {
  return {
    success: false,
    error: error.type,
    detail: error.message,
    timestamp: now.toISOString(),
    request_id: requestId,
    ...(error.fields ? { errors: error.fields } : {}),
  };
}
