import { ID_PATTERN } from '../ids.js';
import { MAX_FEATURES_BYTES, MAX_HEALTH_BYTES, MAX_METADATA_BYTES } from './protocol.js';

/**
 * JSON Schemas (draft 2020-12, limited to what ajv supports by default) of every message from an orchestrator. Unknown
 * fields are allowed, so that an older controller accepts a newer client. The custom keyword `x-max-bytes` limits the
 * size of a value as UTF-8 JSON.
 */
const id = { type: 'string', pattern: ID_PATTERN.source };
const object = { type: 'object' };
const objectOf = (maxBytes: number) => ({ type: 'object', 'x-max-bytes': maxBytes });
const health = objectOf(MAX_HEALTH_BYTES);
const text = (maxLength: number) => ({ type: 'string', maxLength });
const count = { type: 'integer', minimum: 0, maximum: 2_147_483_647 };
const clientMessageId = { type: 'string', minLength: 1, maxLength: 255 };
/** For numbers that grow over years: up to the largest integer that every JSON parser keeps exactly. */
const large = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER };

function message(type: string, required: string[], properties: Record<string, object>) {
  return {
    type: 'object',
    required: ['type', ...required],
    properties: { type: { const: type }, ...properties },
  };
}

/** The message schemas by `type`. */
export const ORCHESTRATOR_MESSAGE_SCHEMAS = {
  register: message('register', ['orchestrator_id'], {
    orchestrator_id: id,
    organization_id: id,
    name: { type: 'string', minLength: 1, maxLength: 255 },
    version: text(100),
    capabilities: { type: 'array', maxItems: 100, items: text(100) },
    labels: { type: 'object', maxProperties: 64, propertyNames: id, additionalProperties: text(200) },
    features: objectOf(MAX_FEATURES_BYTES),
    metadata: objectOf(MAX_METADATA_BYTES),
    config_version: count,
    config_hash: text(64),
    token: text(1024),
  }),
  i_am_alive: message('i_am_alive', ['orchestrator_id'], { orchestrator_id: id, health_status: health }),
  recommendation: message('recommendation', ['orchestrator_id', 'recommendation'], {
    orchestrator_id: id,
    client_message_id: clientMessageId,
    recommendation: object,
  }),
  monitoring: message('monitoring', ['orchestrator_id', 'metrics'], {
    orchestrator_id: id,
    client_message_id: clientMessageId,
    timestamp: text(64),
    metrics: {
      type: 'object',
      maxProperties: 1000,
      propertyNames: { type: 'string', minLength: 1, maxLength: 200 },
      additionalProperties: { type: 'number' },
    },
    usage: {
      type: 'array',
      maxItems: 1000,
      items: {
        type: 'object',
        required: ['model'],
        properties: {
          model: { type: 'string', minLength: 1, maxLength: 200 },
          requests: large,
          input_tokens: large,
          output_tokens: large,
          cost_usd: { type: 'number', minimum: 0, maximum: 1e12 },
        },
      },
    },
    health_status: health,
  }),
  config_ack: message('config_ack', ['orchestrator_id', 'config_version', 'status'], {
    orchestrator_id: id,
    config_version: count,
    status: { enum: ['applied', 'failed'] },
    detail: text(4096),
    traceparent: text(128),
  }),
  message_ack: message('message_ack', ['message_id', 'status'], {
    message_id: large,
    status: { enum: ['delivered', 'failed'] },
    detail: text(4096),
    traceparent: text(128),
  }),
  credential_ack: message('credential_ack', ['orchestrator_id', 'credential'], {
    orchestrator_id: id,
    credential: text(1024),
  }),
} as const;
