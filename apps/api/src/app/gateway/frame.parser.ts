import {
  inexactNumber,
  isJsonObject,
  ORCHESTRATOR_MESSAGE_SCHEMAS,
  whyInexact,
  whyNotStorable,
  type JsonObject,
  type OrchestratorMessage,
  type WsErrorCode,
} from '@moolai/contracts';
import { Ajv, type ValidateFunction } from 'ajv';

/** A parsed frame, with the removed parts and the reason, or the error. */
export type ParsedFrame =
  { message: OrchestratorMessage; omission?: string } | { code: WsErrorCode; detail: string };

const ajv = new Ajv({ allErrors: false, strict: true, allowUnionTypes: true });
// Checked by `tooLarge`, which need not serialize most frames.
ajv.addKeyword('x-max-bytes');
const validators = new Map<unknown, ValidateFunction<OrchestratorMessage>>(
  Object.entries(ORCHESTRATOR_MESSAGE_SCHEMAS).map(([type, schema]) => [
    type,
    ajv.compile<OrchestratorMessage>(schema),
  ]),
);

/** Metrics are doubles by nature, and costs keep their exact digits. */
function mayBeRounded([top, , field]: readonly string[]): boolean {
  return top === 'metrics' || (top === 'usage' && field === 'cost_usd');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The input is not repeated, because it may contain anything.
    return undefined;
  }
}

/** The fields of each message type with a limit in bytes as JSON. */
const limits = new Map<unknown, [field: string, maxBytes: number][]>(
  Object.entries(ORCHESTRATOR_MESSAGE_SCHEMAS).map(([type, { properties }]) => [
    type,
    Object.entries(properties).flatMap(([field, schema]): [string, number][] =>
      'x-max-bytes' in schema ? [[field, Number(schema['x-max-bytes'])]] : [],
    ),
  ]),
);
/** Numbers may grow when serialized: `1e20,` has five bytes, and becomes 22. Nothing grows more. */
const GROWTH = 5;

/** The first field that is too large, with the error; undefined if none is. */
function tooLarge(value: JsonObject, frameBytes: number): { field: string; detail: string } | undefined {
  for (const [field, maxBytes] of limits.get(value['type']) ?? []) {
    const member = value[field];
    if (!isJsonObject(member) || frameBytes * GROWTH <= maxBytes) continue;
    if (Buffer.byteLength(JSON.stringify(member)) > maxBytes) {
      return { field, detail: `${field} must not be larger than ${maxBytes} bytes as JSON` };
    }
  }
  return undefined;
}

/** The first number that would lose digits; undefined if there is none. */
function tooLong(text: string): { field: string; detail: string } | undefined {
  const number = inexactNumber(text, mayBeRounded);
  if (!number) return undefined;
  const place = number.path.join('.').slice(0, 150);
  return { field: number.path[0] ?? '', detail: `${place}: ${whyInexact(number)}` };
}

/** Parses one frame. Never throws, and never keeps or logs the body. */
export function parseFrame(data: Buffer, isBinary: boolean): ParsedFrame {
  if (isBinary) return { code: 'invalid_message', detail: 'Send text frames, not binary ones.' };
  const text = data.toString('utf8');
  const value = parseJson(text);
  if (value === undefined) return { code: 'invalid_json', detail: 'The frame is not JSON.' };
  if (!isJsonObject(value) || typeof value['type'] !== 'string') {
    return { code: 'invalid_message', detail: 'The frame must be a JSON object with a text "type".' };
  }
  const validate = validators.get(value['type']);
  if (!validate) return { code: 'unknown_type', detail: 'There is no message of this type.' };
  if (!validate(value)) {
    const [error] = validate.errors ?? [];
    const where = error?.instancePath.slice(1).replaceAll('/', '.') || 'the message';
    return { code: 'invalid_message', detail: `${where} ${error?.message ?? 'is not valid'}`.slice(0, 300) };
  }
  const reason = whyNotStorable(value);
  if (reason !== undefined) return { code: 'invalid_message', detail: `The message is refused: ${reason}.` };
  const refused = tooLarge(value, data.length) ?? tooLong(text);
  if (!refused) return { message: value };
  if (refused.field !== 'health_status') return { code: 'invalid_message', detail: refused.detail };
  // The orchestrator is alive nevertheless, and the rest of its report counts.
  delete value['health_status'];
  return { message: value, omission: `${refused.detail}; the rest of the message counts` };
}
