import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ErrorType } from '@moolai/contracts';
import type { Clock } from '../clock/clock.js';
import { AppError } from '../errors/app-error.js';
import { errorEnvelope } from '../errors/envelope.js';
import { answerRaw } from './raw-answer.js';

/** Errors that Node reports before there is a request. */
const REFUSALS: Readonly<Record<string, { status: number; type: ErrorType; detail: string }>> = {
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    type: 'validation_error',
    detail: 'The request took too long to arrive.',
  },
  HPE_HEADER_OVERFLOW: {
    status: 431,
    type: 'validation_error',
    detail: 'The header fields of the request are too large.',
  },
};
const MALFORMED = {
  status: 400,
  type: 'validation_error',
  detail: 'This is not an HTTP/1.1 request.',
} as const;

/** Answers input that Node cannot parse as a request with the error envelope, and closes the connection. */
export function answerClientErrors(clock: Clock): (error: NodeJS.ErrnoException, socket: Socket) => void {
  return (error, socket) => {
    if (error.code === 'ECONNRESET' || socket.destroyed) return;
    // If an answer has started, a second one would garble it.
    const { _httpMessage: answer } = socket as { _httpMessage?: ServerResponse | null };
    if (!socket.writable || answer?.headersSent === true) {
      socket.destroy();
      return;
    }
    const { status, type, detail } = REFUSALS[error.code ?? ''] ?? MALFORMED;
    const requestId = randomUUID();
    answerRaw(socket, {
      status,
      headers: { 'X-Request-Id': requestId },
      body: errorEnvelope(new AppError(type, detail), requestId, clock.now()),
    });
  };
}
