import {
  ID_PATTERN,
  VARIABLE_PATTERN,
  type OrchestratorDescription,
  type OrchestratorDetail,
} from '@moolai/contracts';
import { ORCHESTRATORS_TEXTS } from './orchestrators.texts';

const TEXTS = ORCHESTRATORS_TEXTS.form;

/** Public one-line fields. */
export const TEXT_FIELDS = [
  { name: 'name', label: TEXTS.name, type: 'text' },
  { name: 'internal_url', label: TEXTS.internalUrl, type: 'url' },
  { name: 'image_name', label: TEXTS.image, type: 'text' },
  { name: 'container_id', label: TEXTS.container, type: 'text' },
  { name: 'admin_email', label: TEXTS.administrator, type: 'email' },
  { name: 'support_email', label: TEXTS.support, type: 'email' },
  { name: 'website', label: TEXTS.website, type: 'url' },
] as const;
export type TextFieldName = (typeof TEXT_FIELDS)[number]['name'];

/** Secret one-line fields: written, but never read. */
export const SECRET_FIELDS = [
  { name: 'database_url', label: TEXTS.databaseUrl, remove: TEXTS.removeDatabaseUrl },
  { name: 'redis_url', label: TEXTS.redisUrl, remove: TEXTS.removeRedisUrl },
] as const;
export type SecretFieldName = (typeof SECRET_FIELDS)[number]['name'];

/** Secrets that can be removed. */
export type RemovableName = SecretFieldName | 'environment_variables';

/** Input of the form, by the names of the API. */
export interface FormValues extends Record<TextFieldName | SecretFieldName, string> {
  orchestrator_id: string;
  organization_id: string;
  /** One `key=value` per line. */
  labels: string;
  /** The same. Empty leaves them unchanged, as it does a secret. */
  environment_variables: string;
  removed: Record<RemovableName, boolean>;
}

/** Lines as a map, or the first invalid line. */
export type ParsedLines = { map: Record<string, string> } | { problem: string };

function linesOf(map: Readonly<Record<string, string>>): string {
  return Object.entries(map)
    .map(([key, value]) => `${key}=${value}`)
    .join('\n');
}

/** Parses `key=value` lines; empty lines are ignored. */
export function parseLines(text: string, key: RegExp): ParsedLines {
  const map: Record<string, string> = {};
  for (const line of text.split('\n').map((one) => one.trim())) {
    if (line === '') continue;
    const separator = line.indexOf('=');
    const name = line.slice(0, separator).trim();
    if (separator < 1 || !key.test(name)) return { problem: TEXTS.lineInvalid(line) };
    if (name in map) return { problem: TEXTS.nameTwice(name) };
    map[name] = line.slice(separator + 1).trim();
  }
  return { map };
}

/** Parses labels. */
export function parseLabels(text: string): ParsedLines {
  return parseLines(text, ID_PATTERN);
}

/** Parses environment variables. */
export function parseVariables(text: string): ParsedLines {
  return parseLines(text, VARIABLE_PATTERN);
}

/** The initial form: the description without secrets. */
export function valuesOf(known: OrchestratorDetail | null): FormValues {
  const texts = Object.fromEntries(TEXT_FIELDS.map(({ name }) => [name, known?.[name] ?? '']));
  return {
    orchestrator_id: known?.orchestrator_id ?? '',
    organization_id: known?.organization_id ?? '',
    ...(texts as Record<TextFieldName, string>),
    labels: linesOf(known?.labels ?? {}),
    database_url: '',
    redis_url: '',
    environment_variables: '',
    removed: { database_url: false, redis_url: false, environment_variables: false },
  };
}

/** Only changed fields, so that concurrent changes of others stay. */
export function changesOf(values: FormValues, known: OrchestratorDetail | null): OrchestratorDescription {
  const before = valuesOf(known);
  const changes: OrchestratorDescription = {};
  for (const { name } of TEXT_FIELDS) {
    const text = values[name].trim();
    if (text === before[name]) continue;
    if (name === 'name') changes.name = text;
    else changes[name] = text || null;
  }
  const labels = parseLabels(values.labels);
  if ('map' in labels && linesOf(labels.map) !== before.labels) changes.labels = labels.map;
  for (const { name } of SECRET_FIELDS) {
    const secret = values[name].trim();
    if (values.removed[name]) changes[name] = null;
    else if (secret !== '') changes[name] = secret;
  }
  const variables = parseVariables(values.environment_variables);
  if (values.removed.environment_variables) changes.environment_variables = {};
  else if ('map' in variables && Object.keys(variables.map).length > 0)
    changes.environment_variables = variables.map;
  return changes;
}
