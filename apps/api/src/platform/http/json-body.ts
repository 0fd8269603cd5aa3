import { inexactNumber, whyInexact } from '@moolai/contracts';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../errors/app-error.js';

type Done = (error: Error | null, body?: unknown) => void;

/** @throws AppError `validation_error` naming the first number that would lose digits */
export function assertExact(text: string): void {
  const number = inexactNumber(text);
  if (!number) return;
  const field = number.path.join('.');
  const detail = `${field}: ${whyInexact(number)}.`;
  throw new AppError('validation_error', detail, [{ field, detail }]);
}

/**
 * Fastify's JSON parser, except that it refuses numbers that would lose digits, and accepts an empty body as none: a
 * proxy that speaks HTTP/2 to its clients forwards each request in chunks, even with an empty body.
 */
export function parseBody(
  adapter: FastifyAdapter,
): (request: FastifyRequest, body: Buffer, done: Done) => void {
  const parse = adapter.getInstance().getDefaultJsonParser('error', 'error');
  return (request, body, done) => {
    if (body.length === 0) {
      done(null);
      return;
    }
    // A byte order mark is not part of the text (RFC 8259, section 8.1).
    const text = new TextDecoder().decode(body);
    void parse(request, text, (error, value) => {
      if (error) {
        done(error);
        return;
      }
      try {
        assertExact(text);
        done(null, value);
      } catch (refusal) {
        done(refusal as Error);
      }
    });
  };
}
