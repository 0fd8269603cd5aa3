import type { FastifyRequest } from 'fastify';
import { AppError } from '../errors/app-error.js';

/**
 * The API accepts JSON. A page of another origin can send forms without a preflight request, for example thousands of
 * sign-ins from its visitors' addresses.
 */
export async function refuseForms(request: FastifyRequest): Promise<void> {
  const type = request.headers['content-type'] ?? '';
  if (/^(application\/x-www-form-urlencoded|multipart\/form-data)/i.test(type)) {
    await Promise.reject(new AppError('validation_error', 'Send JSON: "Content-Type: application/json".'));
  }
}
