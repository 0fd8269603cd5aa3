import { Injectable, type PipeTransform } from '@nestjs/common';
import { ID_PATTERN, isId } from '@moolai/contracts';
import { AppError } from '../errors/app-error.js';

/** Refuses an id in the path with an invalid format before it costs a query. */
@Injectable()
export class IdPipe implements PipeTransform<string, string> {
  transform(value: string): string {
    if (isId(value)) return value;
    const detail = `The id must match ${ID_PATTERN.source}`;
    throw new AppError('validation_error', detail, [{ field: 'id', detail }]);
  }
}
