import { Injectable, type PipeTransform } from '@nestjs/common';
import { AppError } from '../errors/app-error.js';

/** Refuses an invalid row id before it costs a query. */
@Injectable()
export class NumericIdPipe implements PipeTransform<string, number> {
  /** The largest value of a column of type `integer`. */
  protected readonly max: number = 2_147_483_647;

  transform(value: string): number {
    const id = /^\d{1,16}$/.test(value) ? Number(value) : NaN;
    if (id >= 1 && id <= this.max) return id;
    const detail = `The id must be a whole number from 1 to ${this.max}`;
    throw new AppError('validation_error', detail, [{ field: 'id', detail }]);
  }
}

/** The same for columns of type `bigint`, up to the largest integer that JSON keeps exactly. */
@Injectable()
export class WideIdPipe extends NumericIdPipe {
  protected override readonly max = Number.MAX_SAFE_INTEGER;
}
