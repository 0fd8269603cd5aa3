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

/** A frame that is a message, with what was left out of it and why, or what is wrong with it. */
export type ParsedFrame =
  { message: OrchestratorMessage; omission?: string } | { code: WsErrorCode; detail: string };

const ajv = new Ajv({ allErrors: false, strict: true, allowUnionTypes: true });
// Looked at by `tooLarge`, which need not write most frames anew.
ajv.addKeyword('x-max-bytes');
const validators = new Map<unknown, ValidateFunction<OrchestratorMessage>>(
  Object.entries(ORCHESTRATOR_MESSAGE_SCHEMAS).map(([type, schema]) => [
    type,
    ajv.compile<OrchestratorMessage>(schema),
  ]),
);

/** Figures are doubles by their nature, and costs are read as they were written. */
function mayBeRounded([top, , field]: readonly string[]): boolean {
  return top === 'metrics' || (top === 'usage' && field === 'cost_usd');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What was sent is not repeated: a log or an answer is no place for a stranger's bytes.
    return undefined;
  }
}

/** The fields of each type of message that may have so many bytes as JSON. */
const limits = new Map<unknown, [field: string, maxBytes: number][]>(
  Object.entries(ORCHESTRATOR_MESSAGE_SCHEMAS).map(([type, { properties }]) => [
    type,
    Object.entries(properties).flatMap(([field, schema]): [string, number][] =>
      'x-max-bytes' in schema ? [[field, Number(schema['x-max-bytes'])]] : [],
    ),
  ]),
);
/** A number may be longer when it is written anew: `1e20,` has five bytes, and becomes 22. Nothing grows more. */
const GROWTH = 5;

/** What is wrong with the first field that is too large; undefined when none is. */
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

/** The first number that would come out with other digits than were sent; undefined when there is none. */
function tooLong(text: string): { field: string; detail: string } | undefined {
  const number = inexactNumber(text, mayBeRounded);
  if (!number) return undefined;
  const place = number.path.join('.').slice(0, 150);
  return { field: number.path[0] ?? '', detail: `${place}: ${whyInexact(number)}` };
}

/** Reads one frame. Never throws, never keeps or logs the body. */
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
  // Whoever says too much is alive all the same, and what else it reports counts.
  delete value['health_status'];
  return { message: value, omission: `${refused.detail}; the rest of the message counts` };
}
