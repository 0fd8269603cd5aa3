import { inexactNumber, whyInexact } from '@moolai/contracts';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../errors/app-error.js';

type Done = (error: Error | null, body?: unknown) => void;

/** @throws AppError `validation_error` that names the number, when one cannot be kept as it was written */
export function assertExact(text: string): void {
  const number = inexactNumber(text);
  if (!number) return;
  const field = number.path.join('.');
  const detail = `${field}: ${whyInexact(number)}.`;
  throw new AppError('validation_error', detail, [{ field, detail }]);
}

/** Fastify's own parser of JSON, which also refuses numbers that would come out with other digits. */
export function parseBody(
  adapter: FastifyAdapter,
): (request: FastifyRequest, body: Buffer, done: Done) => void {
  const parse = adapter.getInstance().getDefaultJsonParser('error', 'error');
  return (request, body, done) => {
    const text = body.toString('utf8');
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
