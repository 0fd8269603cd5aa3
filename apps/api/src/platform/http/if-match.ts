import { AppError } from '../errors/app-error.js';

/** The tag in an `If-Match` header (RFC 9110, section 13.1.1); undefined when any state is welcome. */
function parseTag(header: string | undefined, form: RegExp): string | undefined {
  if (header === undefined || header.trim() === '*') return undefined;
  // A proxy that compresses makes an entity tag weak; it is ours all the same.
  const tag = /^(?:W\/)?"([^"]*)"$/.exec(header.trim())?.[1];
  if (tag !== undefined && form.test(tag)) return tag;
  const detail = 'If-Match must be an ETag that the API gave for this, such as "7".';
  throw new AppError('validation_error', detail, [{ field: 'If-Match', detail }]);
}

/**
 * The tag of a whole document.
 * @throws AppError `validation_error` when it is not an entity tag of ours
 */
export function parseIfMatchTag(header: string | undefined): string | undefined {
  return parseTag(header, /^[0-9a-f]{1,64}$/);
}

/**
 * The tag where it is the number of a version.
 * @throws AppError `validation_error` when it is not an entity tag of ours
 */
export function parseIfMatch(header: string | undefined): number | undefined {
  const tag = parseTag(header, /^\d{1,10}$/);
  return tag === undefined ? undefined : Number(tag);
}

/** An entity tag for a version. */
export function etagOf(version: number | string): string {
  return `"${version}"`;
}
