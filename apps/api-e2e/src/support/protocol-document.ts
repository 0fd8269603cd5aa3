import { readFileSync } from 'node:fs';
import { isJsonObject, type JsonObject, type JsonValue } from '@moolai/contracts';
import { Ajv, type ValidateFunction } from 'ajv';
import { parse } from 'yaml';

const FILE = new URL('../../../../docs/asyncapi.yaml', import.meta.url);

/** Formats that the contract restricts: UUIDs in lower case, times in UTC with `Z`. */
const FORMATS = {
  uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/,
};

/** A message as `docs/asyncapi.yaml` describes it. */
export interface DocumentedMessage {
  name: string;
  type: string;
  from: 'orchestrator' | 'controller';
  /** The JSON Schema of the frame, with all references resolved. */
  schema: JsonObject & { properties: Record<string, JsonObject>; required: string[] };
  examples: JsonObject[];
  accepts: ValidateFunction;
}

/** The document and the description of each message. */
export interface ProtocolDocument {
  source: JsonObject;
  messages: DocumentedMessage[];
}

/** The value at a JSON pointer. */
function at(source: JsonValue, pointer: string): JsonValue {
  let value: JsonValue | undefined = source;
  for (const key of pointer.split('/').slice(1)) value = isJsonObject(value) ? value[key] : undefined;
  if (value === undefined) throw new Error(`docs/asyncapi.yaml has nothing at ${pointer}`);
  return value;
}

/** A copy in which each reference is replaced by its target. */
function withoutReferences(source: JsonValue, value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map((item) => withoutReferences(source, item));
  if (!isJsonObject(value)) return value;
  const { $ref } = value;
  if (typeof $ref === 'string') return withoutReferences(source, at(source, $ref));
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, withoutReferences(source, member)]),
  );
}

/** The names of the messages that a list refers to. */
function namesIn(messages: JsonValue | undefined): string[] {
  return ((messages ?? []) as { $ref: string }[]).map(({ $ref }) => $ref.replace(/.*\//, ''));
}

/** The sender of each message. The orchestrator sends what the controller receives; a reply goes the other way. */
function senders(source: JsonObject): Map<string, DocumentedMessage['from']> {
  const from = new Map<string, DocumentedMessage['from']>();
  for (const operation of Object.values(at(source, '#/operations') as Record<string, JsonObject>)) {
    const isReceived = operation['action'] === 'receive';
    const { messages } = isJsonObject(operation['reply']) ? operation['reply'] : {};
    for (const name of namesIn(operation['messages']))
      from.set(name, isReceived ? 'orchestrator' : 'controller');
    for (const name of namesIn(messages)) from.set(name, isReceived ? 'controller' : 'orchestrator');
  }
  return from;
}

/** Reads `docs/asyncapi.yaml`. Its schemas are compiled in strict mode, which refuses misspelt keywords. */
export function readProtocolDocument(): ProtocolDocument {
  const source = parse(readFileSync(FILE, 'utf8')) as JsonObject;
  const ajv = new Ajv({ strict: true, allErrors: true, formats: FORMATS });
  // Our own keyword: the maximum size of a value as JSON, in bytes.
  ajv.addKeyword('x-max-bytes');
  const from = senders(source);
  const messages = Object.entries(at(source, '#/components/messages') as Record<string, JsonObject>).map(
    ([name, message]): DocumentedMessage => {
      const schema = withoutReferences(source, message['payload'] ?? null) as DocumentedMessage['schema'];
      const examples = message['examples'] as { payload: JsonObject }[];
      const sender = from.get(name);
      if (!sender) throw new Error(`docs/asyncapi.yaml has no operation with ${name}`);
      return {
        name,
        type: schema.properties['type']?.['const'] as string,
        from: sender,
        schema,
        examples: examples.map(({ payload }) => payload),
        accepts: ajv.compile(schema),
      };
    },
  );
  return { source, messages };
}

/** The message of a frame. Some types have two forms, which differ in `success`. */
export function messageOf(messages: DocumentedMessage[], frame: JsonObject): DocumentedMessage {
  const found = messages.find(({ type, schema }) => {
    const success = schema.properties['success']?.['const'];
    return type === frame['type'] && (success === undefined || success === frame['success']);
  });
  if (!found) throw new Error(`docs/asyncapi.yaml has no message like ${JSON.stringify(frame)}`);
  return found;
}

/** The errors of a frame according to the document, including undocumented fields. */
export function faultsOf(messages: DocumentedMessage[], frame: JsonObject): string[] {
  const { name, schema, accepts } = messageOf(messages, frame);
  const unknown = Object.keys(frame).filter((field) => !Object.hasOwn(schema.properties, field));
  const errors = accepts(frame) ? [] : (accepts.errors ?? []);
  return [
    ...unknown.map((field) => `${name}: "${field}" is not documented`),
    ...errors.map(({ instancePath, message }) => `${name}${instancePath} ${message}`),
  ];
}
