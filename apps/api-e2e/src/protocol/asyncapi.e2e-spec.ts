import asyncApiSchemas from '@asyncapi/specs';
import { parseFrame } from '@moolai/api';
import {
  isJsonObject,
  ORCHESTRATOR_MESSAGE_SCHEMAS,
  type JsonObject,
  type JsonValue,
} from '@moolai/contracts';
import { Ajv } from 'ajv';
import { canonicalHash } from '../support/canonical-hash.js';
import { messageInterfaces, type Fields } from '../support/message-interfaces.js';
import { faultsOf, messageOf, readProtocolDocument } from '../support/protocol-document.js';

const { source, messages } = readProtocolDocument();
const fromOrchestrators = messages.filter(({ from }) => from === 'orchestrator');
const fromController = messages.filter(({ from }) => from === 'controller');

/** A schema without descriptions for people. */
function bare(schema: JsonValue): JsonValue {
  if (Array.isArray(schema)) return schema.map(bare);
  if (!isJsonObject(schema)) return schema;
  const members = Object.entries(schema).map(([key, value]): [string, JsonValue] => {
    const isNames = key === 'properties' && isJsonObject(value);
    return [key, isNames ? mapValues(value, bare) : bare(value)];
  });
  return Object.fromEntries(members.filter(([key]) => key !== 'description' && key !== 'title'));
}

function mapValues(object: JsonObject, change: (value: JsonValue) => JsonValue): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
}

/** The fields of an object schema, in the format of {@link messageInterfaces}. */
function fieldsOf({ properties, required = [] }: JsonObject): Fields {
  const fields = Object.entries(properties as Record<string, JsonObject>);
  return Object.fromEntries(
    fields.map(([name, { const: only, enum: some, type, items }]) => {
      const literals = only === undefined ? (some as JsonValue[] | undefined) : [only];
      const kind = type === 'integer' ? 'number' : (type as string);
      const kinds = literals?.map((value) => JSON.stringify(value)).sort() ?? [kind];
      const entries = isJsonObject(items) && 'properties' in items ? { entries: fieldsOf(items) } : {};
      return [name, { isRequired: (required as string[]).includes(name), kinds, ...entries }];
    }),
  );
}

function inOrder(all: Fields[]): Fields[] {
  const name = ({ type, success }: Fields): string => JSON.stringify([type?.kinds, success?.kinds]);
  return [...all].sort((a, b) => name(a).localeCompare(name(b)));
}

describe('docs/asyncapi.yaml', () => {
  it('is an AsyncAPI 3.0 document', () => {
    const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
    const isValid = ajv.compile(asyncApiSchemas.schemasWithoutId['3.0.0'] as object);
    expect([isValid(source), isValid.errors]).toEqual([true, null]);
  });

  it.each(['OrchestratorMessage', 'ControllerMessage'] as const)(
    'has the messages and fields of %s, and no others',
    (union) => {
      const documented = union === 'OrchestratorMessage' ? fromOrchestrators : fromController;
      expect(inOrder(documented.map(({ schema }) => fieldsOf(schema)))).toEqual(
        inOrder(messageInterfaces(union)),
      );
    },
  );

  it("has the limits that orchestrators' frames are checked against", () => {
    const documented = Object.fromEntries(fromOrchestrators.map(({ type, schema }) => [type, bare(schema)]));
    expect(documented).toEqual(ORCHESTRATOR_MESSAGE_SCHEMAS);
  });

  it('has a title and an example for each message', () => {
    const lacking = messages.filter(({ examples, schema }) => examples.length === 0 || !schema['title']);
    expect(lacking).toEqual([]);
  });

  it('names each object and each choice, so that generators need not number them', () => {
    const titles: string[] = [];
    const visit = (schema: JsonValue, path: string): void => {
      if (!isJsonObject(schema)) return;
      const { $ref, type, enum: choice, title, properties, ...rest } = schema;
      const isNamed = $ref !== undefined || (type !== 'object' && choice === undefined);
      if (!isNamed) titles.push(typeof title === 'string' ? title : `${path} has no title`);
      const children = [
        ...Object.entries(rest),
        ...Object.entries(isJsonObject(properties) ? properties : {}),
      ];
      for (const [key, child] of children) visit(child, `${path}/${key}`);
    };
    const { schemas } = source['components'] as { schemas: JsonObject };
    for (const [name, schema] of Object.entries(schemas)) visit(schema, name);
    expect(titles.filter((title) => title.endsWith('has no title'))).toEqual([]);
    expect(titles.filter((title, index) => titles.indexOf(title) !== index)).toEqual([]);
    expect(Object.entries(schemas).filter(([, schema]) => !(schema as JsonObject)['title'])).toEqual([]);
  });

  it.each(messages)('has examples of $name that match its schema', ({ name, examples }) => {
    for (const frame of examples) {
      expect(messageOf(messages, frame).name).toBe(name);
      expect(faultsOf(messages, frame)).toEqual([]);
    }
  });

  it.each(fromOrchestrators)('has examples of $name that the gateway accepts', ({ examples }) => {
    for (const frame of examples) {
      expect(parseFrame(Buffer.from(JSON.stringify(frame)), false)).toEqual({ message: frame });
    }
  });

  it('shows every field in an example', () => {
    const unseen = messages.flatMap(({ name, schema, examples }) =>
      Object.keys(schema.properties)
        .filter((field) => !examples.some((example) => field in example))
        .map((field) => `${name}.${field}`),
    );
    // Never sent; see its description.
    expect(unseen).toEqual(['config_update.unchanged']);
  });

  it('has examples with the hashes of their configurations', () => {
    const hashes = messages.flatMap(({ examples }) => examples).filter((frame) => 'config' in frame);
    expect(hashes.length).toBeGreaterThan(2);
    for (const { config = null, config_hash } of hashes) expect(canonicalHash(config)).toBe(config_hash);
  });
});
