import { ValidationPipe, type ArgumentMetadata, type ValidationError } from '@nestjs/common';
import type { FieldError } from '@moolai/contracts';
import { AppError } from '../errors/app-error.js';
import { assertBounded, assertStorable } from './body-bounds.js';

/** Enough to fix a request; each error adds a line to the answer. */
const MAX_FIELD_ERRORS = 50;

function flatten(errors: ValidationError[], parent = ''): FieldError[] {
  return errors.flatMap((error) => {
    const field = parent ? `${parent}.${error.property}` : error.property;
    const own = Object.values(error.constraints ?? {}).map((detail) => ({ field, detail }));
    return [...own, ...flatten(error.children ?? [], field)];
  });
}

/** Checks limits before the transformation into a DTO, which walks the whole body. */
class BoundedValidationPipe extends ValidationPipe {
  override transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    assertBounded(value);
    // Before the DTO, because the e-mail check throws on a lone surrogate.
    if (metadata.type !== 'custom') assertStorable(value, metadata.data ?? '');
    return super.transform(value, metadata);
  }
}

/** Validates every body and query with its DTO; unknown fields are refused (contract section 2). */
export function createValidationPipe(): ValidationPipe {
  return new BoundedValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    stopAtFirstError: true,
    exceptionFactory: (errors) => {
      const fields = flatten(errors).slice(0, MAX_FIELD_ERRORS);
      const detail = fields[0]?.detail ?? 'The request is not valid.';
      return new AppError('validation_error', detail, fields);
    },
  });
}
