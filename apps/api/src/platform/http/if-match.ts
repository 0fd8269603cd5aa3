import { AppError } from '../errors/app-error.js';

/**
 * The tag in an `If-Match` header (RFC 9110, section 13.1.1); undefined when any state is welcome.
 * @throws AppError `validation_error` when it is not an entity tag of ours
 */
export function parseIfMatchTag(header: string | undefined): string | undefined {
  if (header === undefined || header.trim() === '*') return undefined;
  const tag = /^(?:W\/)?"([0-9a-f]{1,64})"$/.exec(header.trim())?.[1];
  if (tag !== undefined) return tag;
  const detail = 'If-Match must be an ETag that the API gave, such as "7".';
  throw new AppError('validation_error', detail, [{ field: 'If-Match', detail }]);
}

/** The same where the tag is the number of a version. */
export function parseIfMatch(header: string | undefined): number | undefined {
  const tag = parseIfMatchTag(header);
  return tag === undefined ? undefined : Number(tag);
}

/** An entity tag for a version. */
export function etagOf(version: number | string): string {
  return `"${version}"`;
}
