import {
  ID_PATTERN,
  VARIABLE_PATTERN,
  type OrchestratorDescription,
  type OrchestratorDetail,
} from '@moolai/contracts';

/** The fields of one line that anybody may see. */
export const TEXT_FIELDS = [
  { name: 'name', label: 'Name', type: 'text' },
  { name: 'internal_url', label: 'Internal address', type: 'url' },
  { name: 'image_name', label: 'Image', type: 'text' },
  { name: 'container_id', label: 'Container', type: 'text' },
  { name: 'admin_email', label: 'Administrator e-mail address', type: 'email' },
  { name: 'support_email', label: 'Support e-mail address', type: 'email' },
  { name: 'website', label: 'Website', type: 'url' },
] as const;
export type TextFieldName = (typeof TEXT_FIELDS)[number]['name'];

/** The secrets of one line: written, and never read. */
export const SECRET_FIELDS = [
  { name: 'database_url', label: 'Database address' },
  { name: 'redis_url', label: 'Redis address' },
] as const;
export type SecretFieldName = (typeof SECRET_FIELDS)[number]['name'];

/** What somebody has written into the form. */
export interface FormValues {
  readonly texts: Readonly<Record<TextFieldName, string>>;
  /** One `key=value` to a line. */
  readonly labels: string;
  /** Empty leaves a secret as it is. */
  readonly secrets: Readonly<Record<SecretFieldName, string>>;
  readonly variables: string;
  /** Secrets that are to be taken away. */
  readonly removed: ReadonlySet<SecretFieldName | 'environment_variables'>;
}

/** Lines as a map; the first line that is none is named. */
export type ParsedLines = { map: Record<string, string> } | { problem: string };

function linesOf(map: Readonly<Record<string, string>>): string {
  return Object.entries(map)
    .map(([key, value]) => `${key}=${value}`)
    .join('\n');
}

/** Reads `key=value` lines; empty lines say nothing. */
export function parseLines(text: string, key: RegExp): ParsedLines {
  const map: Record<string, string> = {};
  for (const line of text.split('\n').map((one) => one.trim())) {
    if (line === '') continue;
    const separator = line.indexOf('=');
    const name = line.slice(0, separator).trim();
    if (separator < 1 || !key.test(name)) return { problem: `“${line}” must have the form name=value.` };
    if (name in map) return { problem: `“${name}” appears twice.` };
    map[name] = line.slice(separator + 1).trim();
  }
  return { map };
}

/** Reads labels. */
export function parseLabels(text: string): ParsedLines {
  return parseLines(text, ID_PATTERN);
}

/** Reads environment variables. */
export function parseVariables(text: string): ParsedLines {
  return parseLines(text, VARIABLE_PATTERN);
}

/** The form as it opens: with what is known, and no secret. */
export function valuesOf(known: OrchestratorDetail | null): FormValues {
  const texts = Object.fromEntries(TEXT_FIELDS.map(({ name }) => [name, known?.[name] ?? '']));
  return {
    texts: texts as Record<TextFieldName, string>,
    labels: linesOf(known?.labels ?? {}),
    secrets: { database_url: '', redis_url: '' },
    variables: '',
    removed: new Set(),
  };
}

/** Only what was changed, so that what somebody else changes meanwhile stays. */
export function changesOf(values: FormValues, known: OrchestratorDetail | null): OrchestratorDescription {
  const before = valuesOf(known);
  const changes: OrchestratorDescription = {};
  for (const { name } of TEXT_FIELDS) {
    const text = values.texts[name].trim();
    if (text === before.texts[name]) continue;
    if (name === 'name') changes.name = text;
    else changes[name] = text || null;
  }
  const labels = parseLabels(values.labels);
  if ('map' in labels && linesOf(labels.map) !== before.labels) changes.labels = labels.map;
  for (const { name } of SECRET_FIELDS) {
    const secret = values.secrets[name].trim();
    if (values.removed.has(name)) changes[name] = null;
    else if (secret !== '') changes[name] = secret;
  }
  const variables = parseVariables(values.variables);
  if (values.removed.has('environment_variables')) changes.environment_variables = {};
  else if ('map' in variables && Object.keys(variables.map).length > 0)
    changes.environment_variables = variables.map;
  return changes;
}
