import { ERROR_TYPES, type ErrorEnvelope, type ErrorType, type FieldError } from '@moolai/contracts';
import { BooleanField, EnumField, ListOf, TextField, TimeField } from './fields/index.js';

/** One refused field. */
export class FieldErrorDto implements FieldError {
  @TextField({ example: 'is_independent' })
  field: string;

  @TextField({ example: 'is_independent must be a boolean value' })
  detail: string;
}

/** What every failed call answers. */
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
    description: 'Names this request in the log.',
  })
  request_id: string;

  @ListOf(FieldErrorDto, { optional: true, description: 'On `validation_error`.' })
  errors?: FieldErrorDto[];
}
