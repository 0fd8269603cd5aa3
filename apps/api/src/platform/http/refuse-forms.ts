import type { FastifyRequest } from 'fastify';
import { AppError } from '../errors/app-error.js';

/**
 * The API takes JSON. Forms are what a page of another origin can send without asking first, such as a
 * thousand sign-ins from the addresses of its visitors.
 */
export async function refuseForms(request: FastifyRequest): Promise<void> {
  const type = request.headers['content-type'] ?? '';
  if (/^(application\/x-www-form-urlencoded|multipart\/form-data)/i.test(type)) {
    await Promise.reject(new AppError('validation_error', 'Send JSON: "Content-Type: application/json".'));
  }
}
