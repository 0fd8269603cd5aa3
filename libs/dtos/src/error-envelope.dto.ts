import { ERROR_TYPES, type ErrorEnvelope, type ErrorType, type FieldError } from '@moolai/contracts';
import { BooleanField, EnumField, ListOf, TextField, TimeField } from './fields/index.js';

/** One refused field. */
export class FieldErrorDto implements FieldError {
  @TextField({ example: 'is_independent' })
  field: string;

  @TextField({ example: 'is_independent must be a boolean value' })
  detail: string;
}

/** Body of every failed answer. */
export class ErrorEnvelopeDto implements ErrorEnvelope {
  @BooleanField({ example: false, description: 'Always false.' })
  success: false;

  @EnumField(ERROR_TYPES, { example: 'not_found' })
  error: ErrorType;

  @TextField({ example: 'There is no orchestrator "orch-404".' })
  detail: string;

  @TimeField()
  timestamp: string;

  @TextField({
    example: 'f1a7c1de-8f2b-4a4e-9b1e-0f8f4d1f6a11',
    description: 'Identifies this request in the log.',
  })
  request_id: string;

  @ListOf(FieldErrorDto, { optional: true, description: 'On `validation_error`.' })
  errors?: FieldErrorDto[];
}

/** A request with invalid fields. */
export class ValidationErrorDto extends ErrorEnvelopeDto {
  @EnumField(['validation_error'], { example: 'validation_error' })
  override error: 'validation_error';
}

/** A request without credentials. */
export class UnauthorizedErrorDto extends ErrorEnvelopeDto {
  @EnumField(['unauthorized'], { example: 'unauthorized' })
  override error: 'unauthorized';
}

/** A request with invalid, expired or insufficient credentials. */
export class ForbiddenErrorDto extends ErrorEnvelopeDto {
  @EnumField(['forbidden'], { example: 'forbidden' })
  override error: 'forbidden';
}

/** A request for something that does not exist. */
export class NotFoundErrorDto extends ErrorEnvelopeDto {
  @EnumField(['not_found'], { example: 'not_found' })
  override error: 'not_found';
}

/** A request that conflicts with the current state. */
export class ConflictErrorDto extends ErrorEnvelopeDto {
  @EnumField(['conflict'], { example: 'conflict' })
  override error: 'conflict';
}

/** A request beyond the rate limit. */
export class RateLimitedErrorDto extends ErrorEnvelopeDto {
  @EnumField(['rate_limited'], { example: 'rate_limited' })
  override error: 'rate_limited';
}

/** A request that cannot be answered at the moment. */
export class UnavailableErrorDto extends ErrorEnvelopeDto {
  @EnumField(['unavailable'], { example: 'unavailable' })
  override error: 'unavailable';
}
