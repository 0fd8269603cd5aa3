import { applyDecorators, type Type } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBadRequestResponse,
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiExtraModels,
  ApiForbiddenResponse,
  ApiHeader,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiServiceUnavailableResponse,
  ApiUnauthorizedResponse,
  getSchemaPath,
} from '@nestjs/swagger';
import { ErrorEnvelopeDto } from '@moolai/dtos';

type Schema = Record<string, unknown>;

function envelope(data: Schema): Schema {
  return {
    type: 'object',
    required: ['success', 'data', 'timestamp'],
    properties: {
      success: { type: 'boolean', example: true, description: 'Always true.' },
      data,
      timestamp: { type: 'string', format: 'date-time', example: '2026-11-23T20:00:00.000Z' },
    },
  };
}

/** Documents a handler that answers one `model` in the success envelope. */
export function ApiData(
  model: Type,
  options: { created?: boolean; accepted?: boolean } = {},
): MethodDecorator {
  const schema = envelope({ $ref: getSchemaPath(model) });
  let response = ApiOkResponse({ schema, description: 'Success.' });
  if (options.created) response = ApiCreatedResponse({ schema, description: 'Created.' });
  if (options.accepted) response = ApiAcceptedResponse({ schema, description: 'Started.' });
  return applyDecorators(ApiExtraModels(model), response);
}

/** Documents a handler that answers all of a short list of `model`. */
export function ApiList(model: Type): MethodDecorator {
  const schema = envelope({ type: 'array', items: { $ref: getSchemaPath(model) } });
  return applyDecorators(ApiExtraModels(model), ApiOkResponse({ schema, description: 'Success.' }));
}

/** Documents a handler that answers one page of `model`. */
export function ApiPage(model: Type): MethodDecorator {
  const count = (example: number) => ({ type: 'integer', example });
  const page = {
    type: 'object',
    required: ['items', 'total', 'page', 'page_size'],
    properties: {
      items: { type: 'array', items: { $ref: getSchemaPath(model) } },
      total: count(1),
      page: count(1),
      page_size: count(50),
    },
  };
  return applyDecorators(
    ApiExtraModels(model),
    ApiOkResponse({ schema: envelope(page), description: 'One page.' }),
  );
}

/** Documents optimistic concurrency: a change on an older state than the present one answers 409. */
export function ApiIfMatch(): MethodDecorator {
  return ApiHeader({
    name: 'If-Match',
    required: false,
    description: 'The `ETag` of the state that the change is meant for.',
    schema: { type: 'string', example: '"4"' },
  });
}

/** Documents the errors that every authenticated route can answer. */
export function ApiErrors(
  ...more: ('not_found' | 'validation_error' | 'conflict')[]
): MethodDecorator & ClassDecorator {
  const type = ErrorEnvelopeDto;
  const decorators = [
    ApiUnauthorizedResponse({ type, description: 'No credentials.' }),
    ApiForbiddenResponse({ type, description: 'The credentials are invalid, expired, or not enough.' }),
    ApiServiceUnavailableResponse({ type, description: 'The database cannot be reached.' }),
  ];
  if (more.includes('not_found')) {
    decorators.push(ApiNotFoundResponse({ type, description: 'There is nothing with that id.' }));
  }
  if (more.includes('conflict')) {
    decorators.push(ApiConflictResponse({ type, description: 'The present state does not allow it.' }));
  }
  if (more.includes('validation_error')) {
    decorators.push(ApiBadRequestResponse({ type, description: 'A field is missing, wrong or unknown.' }));
  }
  return applyDecorators(...decorators);
}
