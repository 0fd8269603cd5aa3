export { IdempotencyModule } from './idempotency.module.js';
export { IdempotencyRepository, nameOf, type KeyState } from './idempotency.repository.js';
export { ApiIdempotencyKey, CurrentRequestKey, type RequestKey } from './request-key.js';
