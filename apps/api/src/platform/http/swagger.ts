import { applyDecorators, type Type } from '@nestjs/common';
import { isUUID } from 'class-validator';
import {
  ApiAcceptedResponse,
  ApiCreatedResponse,
  ApiExtraModels,
  ApiHeader,
  ApiOkResponse,
  ApiParam,
  ApiResponse,
  getSchemaPath,
} from '@nestjs/swagger';
import { ERROR_STATUS, ID_PATTERN } from '@moolai/contracts';
import {
  ConflictErrorDto,
  ForbiddenErrorDto,
  NotFoundErrorDto,
  RateLimitedErrorDto,
  UnauthorizedErrorDto,
  UnavailableErrorDto,
  ValidationErrorDto,
} from '@moolai/dtos';

type Schema = Record<string, unknown>;

const nameOf = (model: Type): string => model.name.replace(/Dto$/, '');

/** The title names the model: `createOpenApi` moves it to the components. */
function envelope(title: string, data: Schema): Schema {
  return {
    title: `${title}Response`,
    type: 'object',
    required: ['success', 'data', 'timestamp'],
    properties: {
      success: { type: 'boolean', example: true, description: 'Always true.' },
      data,
      timestamp: { type: 'string', format: 'date-time', example: '2026-11-23T20:00:00.000Z' },
    },
  };
}

/** Documents a handler that returns one `model` in the success envelope. */
export function ApiData(
  model: Type,
  options: { created?: boolean; accepted?: boolean } = {},
): MethodDecorator {
  const schema = envelope(nameOf(model), { $ref: getSchemaPath(model) });
  let response = ApiOkResponse({ schema, description: 'Success.' });
  if (options.created) response = ApiCreatedResponse({ schema, description: 'Created.' });
  if (options.accepted) response = ApiAcceptedResponse({ schema, description: 'Started.' });
  return applyDecorators(ApiExtraModels(model), response);
}

/** Documents a health route, which answers the same body with 503 if the database is down. */
export function ApiHealth(model: Type): MethodDecorator {
  const schema = envelope(nameOf(model), { $ref: getSchemaPath(model) });
  const description = 'The same body with `status: "degraded"`.';
  return applyDecorators(ApiData(model), ApiResponse({ status: 503, schema, description }));
}

/** Documents a handler that returns a complete list of `model`. */
export function ApiList(model: Type): MethodDecorator {
  const schema = envelope(`${nameOf(model)}List`, {
    type: 'array',
    items: { $ref: getSchemaPath(model) },
  });
  return applyDecorators(ApiExtraModels(model), ApiOkResponse({ schema, description: 'Success.' }));
}

/** Documents a handler that returns one page of `model`. */
export function ApiPage(model: Type): MethodDecorator {
  const count = (example: number) => ({ type: 'integer', example });
  const page = {
    title: `${nameOf(model)}Page`,
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
    ApiOkResponse({ schema: envelope(page.title, page), description: 'One page.' }),
  );
}

/** Documents optimistic concurrency: a change based on an outdated state answers 409. */
export function ApiIfMatch(): MethodDecorator {
  return ApiHeader({
    name: 'If-Match',
    required: false,
    description: 'The `ETag` of the state that the change is based on.',
    schema: { type: 'string', example: '"4"' },
  });
}

/** Documents a conditional read, which answers 304 without a body. */
export function ApiIfNoneMatch(): MethodDecorator {
  return applyDecorators(
    ApiHeader({
      name: 'If-None-Match',
      required: false,
      description: 'The `ETag` of an earlier answer.',
      schema: { type: 'string', example: 'W/"k3vT0aYh-4711-all"' },
    }),
    ApiResponse({ status: 304, description: 'The same as in the answer with that `ETag`. No body.' }),
  );
}

const MODELS = {
  validation_error: ValidationErrorDto,
  unauthorized: UnauthorizedErrorDto,
  forbidden: ForbiddenErrorDto,
  not_found: NotFoundErrorDto,
  conflict: ConflictErrorDto,
  rate_limited: RateLimitedErrorDto,
  unavailable: UnavailableErrorDto,
};

const DESCRIPTIONS = {
  validation_error: 'A field is missing, invalid or unknown.',
  unauthorized: 'No credentials.',
  forbidden: 'The credentials are invalid, expired or insufficient.',
  not_found: 'Nothing with this id exists.',
  conflict: 'The current state does not allow it.',
  rate_limited: 'Too many requests; see `Retry-After`.',
  unavailable: 'The database cannot be reached.',
};

type DocumentedError = keyof typeof MODELS;

/** Documents one error of a route. */
export function ApiError(
  error: DocumentedError,
  description = DESCRIPTIONS[error],
): MethodDecorator & ClassDecorator {
  return ApiResponse({ status: ERROR_STATUS[error], type: MODELS[error], description });
}

/** Documents the errors of every authenticated route. */
export function ApiErrors(
  ...more: ('not_found' | 'validation_error' | 'conflict')[]
): MethodDecorator & ClassDecorator {
  const errors: DocumentedError[] = ['unauthorized', 'forbidden', 'unavailable', ...more];
  return applyDecorators(...errors.map((error) => ApiError(error)));
}

/** Documents the id in the path: that of an organization or orchestrator, or a UUID. */
export function ApiIdParam(example: string): MethodDecorator & ClassDecorator {
  const form = isUUID(example) ? { format: 'uuid' } : { pattern: ID_PATTERN.source };
  return ApiParam({ name: 'id', schema: { type: 'string', ...form, example } });
}
