import { momentOf } from '@moolai/contracts';
import { Transform } from 'class-transformer';
import { isISO8601, ValidateBy } from 'class-validator';

const WITHOUT_ZONE = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?$/;

/** An ISO 8601 time. Without a zone it is UTC, whatever the machine's zone is. */
export function IsTime(): PropertyDecorator {
  const inUtc = Transform(
    ({ value }: { value: unknown }) =>
      typeof value === 'string' && WITHOUT_ZONE.test(value) ? `${value}Z` : value,
    { toClassOnly: true },
  );
  const validate = ValidateBy({
    name: 'isTime',
    validator: {
      validate: (value: unknown) =>
        typeof value === 'string' && isISO8601(value, { strict: true }) && !Number.isNaN(momentOf(value)),
      defaultMessage: (info) => `${info?.property ?? 'it'} must be a valid ISO 8601 date string`,
    },
  });
  return (target, property) => {
    inUtc(target, property);
    validate(target, property);
  };
}
