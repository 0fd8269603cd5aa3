import { ERROR_TYPES, type ErrorEnvelope, type ErrorType, type FieldError } from '@moolai/contracts';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** One refused field. */
export class FieldErrorDto implements FieldError {
  @ApiProperty({ example: 'is_independent' })
  field: string;

  @ApiProperty({ example: 'is_independent must be a boolean value' })
  detail: string;
}

/** What every failed call answers. */
export class ErrorEnvelopeDto implements ErrorEnvelope {
  @ApiProperty({ type: Boolean, example: false, description: 'Always false.' })
  success: false;

  @ApiProperty({ enum: ERROR_TYPES, example: 'not_found' })
  error: ErrorType;

  @ApiProperty({ example: 'There is no orchestrator "orch-404".' })
  detail: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-23T20:00:00.000Z' })
  timestamp: string;

  @ApiProperty({
    example: 'f1a7c1de-8f2b-4a4e-9b1e-0f8f4d1f6a11',
    description: 'Names this request in the log.',
  })
  request_id: string;

  @ApiPropertyOptional({ type: [FieldErrorDto], description: 'On `validation_error`.' })
  errors?: FieldErrorDto[];
}
