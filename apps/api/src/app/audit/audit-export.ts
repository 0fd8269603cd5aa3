import { Readable } from 'node:stream';
import type { AuditEntry, AuditExportFormat, JsonValue } from '@moolai/contracts';

/** Columns of the CSV, in the order of {@link AuditEntry}. */
const COLUMNS = [
  'position',
  'at',
  'action',
  'actor_kind',
  'actor_id',
  'actor_name',
  'address',
  'request_id',
  'organization_id',
  'target_type',
  'target_id',
  'before',
  'after',
  'previous_hash',
  'hash',
] as const satisfies readonly (keyof AuditEntry)[];

/** First characters that spreadsheets interpret as a formula, including full-width forms. */
const FORMULA = /^[=+\-@\t\r\n\uFF0B\uFF0D\uFF1D\uFF20]/;

/**
 * A cell in the format of RFC 4180. A cell that a spreadsheet would evaluate as a formula gets a leading apostrophe.
 */
export function csvCell(value: JsonValue): string {
  if (value === null) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const safe = typeof value === 'string' && FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Without it Excel assumes the machine's code page and garbles letters. */
const BYTE_ORDER_MARK = '\uFEFF';

const FORMATS: Readonly<Record<AuditExportFormat, { type: string; first: string; line: LineOf }>> = {
  csv: {
    type: 'text/csv; charset=utf-8; header=present',
    first: `${BYTE_ORDER_MARK}${COLUMNS.join(',')}\r\n`,
    line: (entry) => `${COLUMNS.map((column) => csvCell(entry[column])).join(',')}\r\n`,
  },
  jsonl: {
    type: 'application/jsonl; charset=utf-8',
    first: '',
    line: (entry) => `${JSON.stringify(entry)}\n`,
  },
};

type LineOf = (entry: AuditEntry) => string;

/** The media type of an export. */
export function exportType(format: AuditExportFormat): string {
  return FORMATS[format].type;
}

/**
 * Streams the text of an export in batches. Fetches the first batch before the promise resolves, so that an early
 * failure is answered as an error and not as a partial file.
 */
export async function exportStream(
  batches: AsyncGenerator<AuditEntry[]>,
  format: AuditExportFormat,
): Promise<Readable> {
  const start = await batches.next();
  return Readable.from(texts(start, batches, format), { objectMode: false });
}

async function* texts(
  start: IteratorResult<AuditEntry[]>,
  rest: AsyncGenerator<AuditEntry[]>,
  format: AuditExportFormat,
): AsyncGenerator<string> {
  const { first, line } = FORMATS[format];
  if (first !== '') yield first;
  if (start.done) return;
  yield start.value.map(line).join('');
  for await (const batch of rest) yield batch.map(line).join('');
}
