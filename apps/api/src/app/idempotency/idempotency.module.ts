import { Module } from '@nestjs/common';
import { IdempotencyRepository } from './idempotency.repository.js';

/** Requests that may be repeated but are executed once (contract section 12). */
@Module({ providers: [IdempotencyRepository], exports: [IdempotencyRepository] })
export class IdempotencyModule {}
