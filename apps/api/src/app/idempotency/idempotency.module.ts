import { Module } from '@nestjs/common';
import { IdempotencyRepository } from './idempotency.repository.js';

/** Requests that may be sent twice and are done once (contract section 12). */
@Module({ providers: [IdempotencyRepository], exports: [IdempotencyRepository] })
export class IdempotencyModule {}
