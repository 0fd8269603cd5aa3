import { Injectable, type PipeTransform } from '@nestjs/common';
import { AppError } from '../errors/app-error.js';

const MAX_INTEGER = 2_147_483_647;

/** Refuses what cannot be the number of a row, before a query is spent on it. */
@Injectable()
export class NumericIdPipe implements PipeTransform<string, number> {
  transform(value: string): number {
    const id = /^\d{1,10}$/.test(value) ? Number(value) : NaN;
    if (id >= 1 && id <= MAX_INTEGER) return id;
    const detail = `The id must be a whole number from 1 to ${MAX_INTEGER}`;
    throw new AppError('validation_error', detail, [{ field: 'id', detail }]);
  }
}
