import { createHash } from 'node:crypto';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { JsonValue } from '@moolai/contracts';
import type { FastifyRequest } from 'fastify';
import type { Principal } from '../../platform/access/principal.js';
import { AppError } from '../../platform/errors/app-error.js';
import { canonicalJson } from '../../platform/json/canonical-json.js';

const HEADER = 'Idempotency-Key';
const FORM = /^[\x21-\x7e]{1,255}$/;

/** What identifies a repeated request. */
export interface RequestKey {
  caller: string;
  /** Method and URL, including ids. */
  route: string;
  key: string;
  /** SHA-256 of the canonical body. */
  bodyHash: string;
}

type Request = FastifyRequest & { user: Principal };

/**
 * Reads the key of a request; undefined if it has none.
 * @throws AppError `validation_error` for an invalid key
 */
export function requestKeyOf({
  headers,
  method,
  routeOptions,
  params,
  body,
  user,
}: Pick<Request, 'headers' | 'method' | 'params' | 'body' | 'user'> & {
  routeOptions: { url?: string | undefined };
}): RequestKey | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key !== 'string' || !FORM.test(key)) {
    const detail = `${HEADER} must be 1 to 255 visible ASCII characters.`;
    throw new AppError('validation_error', detail, [{ field: HEADER, detail }]);
  }
  const ids = params as Record<string, string>;
  const address = (routeOptions.url ?? '').replace(/:(\w+)/g, (_, name: string) => ids[name] ?? '');
  const text = canonicalJson((body ?? null) as JsonValue);
  return {
    caller: `${user.kind}:${user.id}`,
    route: `${method} ${address}`,
    key,
    bodyHash: createHash('sha256').update(text).digest('hex'),
  };
}

/** The {@link RequestKey} of a request; undefined if it has none. */
export const CurrentRequestKey = createParamDecorator((_: unknown, context: ExecutionContext) =>
  requestKeyOf(context.switchToHttp().getRequest<Request>()),
);

/** Documents that a request may be repeated with the same key. */
export function ApiIdempotencyKey(): MethodDecorator {
  return ApiHeader({
    name: HEADER,
    required: false,
    description:
      'For 24 hours the same key with the same body returns the first answer without doing the work again; with ' +
      'another body the answer is 409. Keys are per caller and URL. An error answer does not use up a key.',
    schema: { type: 'string', minLength: 1, maxLength: 255, example: '6f1c2f5e-3c1e-4a57-9d0b-2f9a5d1c7e11' },
  });
}
