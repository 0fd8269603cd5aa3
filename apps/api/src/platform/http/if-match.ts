import { AppError } from '../errors/app-error.js';

/** The tag in an `If-Match` header (RFC 9110, section 13.1.1); undefined if any state matches. */
function parseTag(header: string | undefined, form: RegExp): string | undefined {
  if (header === undefined || header.trim() === '*') return undefined;
  // A compressing proxy makes our entity tag weak.
  const tag = /^(?:W\/)?"([^"]*)"$/.exec(header.trim())?.[1];
  if (tag !== undefined && form.test(tag)) return tag;
  const detail = 'If-Match must be an ETag returned by the API for this object, such as "7".';
  throw new AppError('validation_error', detail, [{ field: 'If-Match', detail }]);
}

/**
 * The tag of a whole document.
 * @throws AppError `validation_error` if it is not an entity tag of the API
 */
export function parseIfMatchTag(header: string | undefined): string | undefined {
  return parseTag(header, /^[0-9a-f]{1,64}$/);
}

/**
 * The version number in the tag.
 * @throws AppError `validation_error` if it is not an entity tag of the API
 */
export function parseIfMatch(header: string | undefined): number | undefined {
  const tag = parseTag(header, /^\d{1,10}$/);
  return tag === undefined ? undefined : Number(tag);
}

/** The entity tag of a version. */
export function etagOf(version: number | string): string {
  return `"${version}"`;
}
