import {
  isJsonObject,
  ORCHESTRATOR_MESSAGE_SCHEMAS,
  whyNotStorable,
  type OrchestratorMessage,
  type WsErrorCode,
} from '@moolai/contracts';
import { Ajv, type ValidateFunction } from 'ajv';

/** A frame that is a message, or what is wrong with it. */
export type ParsedFrame = { message: OrchestratorMessage } | { code: WsErrorCode; detail: string };

const ajv = new Ajv({ allErrors: false, strict: true, allowUnionTypes: true });
const validators = new Map<unknown, ValidateFunction<OrchestratorMessage>>(
  Object.entries(ORCHESTRATOR_MESSAGE_SCHEMAS).map(([type, schema]) => [
    type,
    ajv.compile<OrchestratorMessage>(schema),
  ]),
);

function parseJson(data: Buffer): unknown {
  try {
    return JSON.parse(data.toString('utf8'));
  } catch {
    // What was sent is not repeated: a log or an answer is no place for a stranger's bytes.
    return undefined;
  }
}

/** Reads one frame. Never throws, never keeps or logs the body. */
export function parseFrame(data: Buffer, isBinary: boolean): ParsedFrame {
  if (isBinary) return { code: 'invalid_message', detail: 'Send text frames, not binary ones.' };
  const value = parseJson(data);
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
  return reason === undefined
    ? { message: value }
    : { code: 'invalid_message', detail: `The message is refused: ${reason}.` };
}
