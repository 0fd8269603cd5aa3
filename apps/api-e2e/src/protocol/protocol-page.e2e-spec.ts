import { DEFAULT_TIMING } from '@moolai/api';
import {
  CLOSE_CODES,
  ERROR_WINDOW_MS,
  HANDSHAKE_ERRORS,
  isJsonObject,
  MAX_ERRORS_PER_WINDOW,
  MAX_FRAME_BYTES,
  MAX_JSON_DEPTH,
  PING_AFTER_SILENCE_MS,
  REGISTER_TIMEOUT_MS,
  WS_ERROR_CODES,
  WS_PATH,
  type JsonObject,
  type JsonValue,
} from '@moolai/contracts';
import { canonicalHash } from '../support/canonical-hash.js';
import { faultsOf, messageOf, readProtocolDocument } from '../support/protocol-document.js';
import { brokenLinks, readProtocolPage, type PageSection } from '../support/protocol-page.js';

const { messages } = readProtocolDocument();
const page = readProtocolPage();
const MESSAGE_HEADING = /^`(\w+)`(?:, (accepted|refused))?$/;
/** Powers that the page writes out for readers. */
const POWERS: Record<number, string> = {
  [2 ** 31 - 1]: '2³¹−1',
  [Number.MAX_SAFE_INTEGER]: '2⁵³−1',
  1e12: '10¹²',
};

/** The messages with a section, by their name in docs/asyncapi.yaml. */
const sections = page.flatMap((section): [string, PageSection][] => {
  const [, type = '', form] = MESSAGE_HEADING.exec(section.heading) ?? [];
  return type === '' ? [] : [[form === undefined ? type : `handshake_${form}`, section]];
});

function sectionNamed(heading: string): PageSection {
  const found = page.find((section) => section.heading === heading);
  if (!found) throw new Error(`docs/protocol.md has no section "${heading}"`);
  return found;
}

function code(cell = ''): string {
  return cell.replaceAll('`', '');
}

function figure(value: JsonValue): string {
  return POWERS[Number(value)] ?? Number(value).toLocaleString('en-US');
}

/** The limits and values of a field, as the page must state them. */
function wordsFor(schema: JsonObject): string[] {
  const words = ([] as JsonValue[]).concat(schema['enum'] ?? [], schema['const'] ?? []);
  const ranges = [
    [schema['minLength'] ?? schema['minimum'], schema['maxLength'] ?? schema['maximum']],
    [undefined, schema['maxItems']],
    [undefined, schema['maxProperties']],
    [undefined, schema['x-max-bytes']],
  ].flatMap(([least, most]) => {
    if (most === undefined) return [];
    return least === undefined ? `≤ ${figure(most)}` : `${figure(least)}–${figure(most)}`;
  });
  const { properties = {}, items, propertyNames, additionalProperties } = schema;
  const parts = [...Object.values(properties as JsonObject), items, propertyNames, additionalProperties];
  return [
    ...words.map((word) => JSON.stringify(word)),
    ...ranges,
    ...parts.filter(isJsonObject).flatMap((part) => wordsFor(part)),
  ];
}

describe('docs/protocol.md', () => {
  it('has a section for each message, and no others', () => {
    expect(sections.map(([name]) => name)).toEqual(messages.map(({ name }) => name));
  });

  it.each(messages)('has the fields of $name, and which of them are required', ({ name, schema }) => {
    const rows = sections.find(([section]) => section === name)?.[1].rows ?? [];
    const documented = Object.keys(schema.properties).filter((field) => field !== 'type');
    expect(rows.map(([field, , required]) => [code(field), required])).toEqual(
      documented.map((field) => [field, schema.required.includes(field) ? 'yes' : '']),
    );
  });

  it.each(messages)('has the limits and values of the fields of $name', ({ name, schema }) => {
    const section = sections.find(([title]) => title === name)?.[1];
    const missing = (section?.rows ?? []).flatMap((row) => {
      const text = `${row.join(' ')} ${section?.prose}`;
      // Values with a table of their own are linked.
      if (text.includes('one of the [')) return [];
      const words = wordsFor(schema.properties[code(row[0])] ?? {});
      return words
        .filter((word) => !new RegExp(`${word}(?!,?\\d)`).test(text))
        .map((word) => `${row[0]}: ${word}`);
    });
    expect(missing).toEqual([]);
  });

  it.each(sections)('has an example of %s that matches its schema', (name, { examples }) => {
    expect(examples.map((frame) => messageOf(messages, frame).name)).toEqual([name]);
    expect(examples.flatMap((frame) => faultsOf(messages, frame))).toEqual([]);
    const configured = examples.filter((frame) => 'config' in frame);
    expect(configured.map(({ config = null }) => canonicalHash(config))).toEqual(
      configured.map(({ config_hash }) => config_hash),
    );
  });

  it('has every error, refusal and close code', () => {
    expect(sectionNamed('Errors').rows.map(([first]) => code(first))).toEqual([...WS_ERROR_CODES]);
    const refusals = sectionNamed('Refused registrations').rows;
    expect(refusals.map(([first]) => code(first)).sort()).toEqual([...HANDSHAKE_ERRORS].sort());
    const closeCodes = sectionNamed('Close codes').rows.map(([first]) => Number(first));
    expect(closeCodes).toEqual(expect.arrayContaining(Object.values(CLOSE_CODES)));
    expect(closeCodes).toEqual(expect.arrayContaining(refusals.map(([, second]) => Number(second))));
  });

  it('has the limits of the gateway', () => {
    const limits = sectionNamed('Limits')
      .rows.map(([, limit]) => limit)
      .join('\n');
    for (const limit of [
      `${figure(MAX_FRAME_BYTES)} bytes`,
      `${figure(DEFAULT_TIMING.maxUnregisteredPerAddress)}\n`,
      `${MAX_JSON_DEPTH}\n`,
      `${REGISTER_TIMEOUT_MS / 1000} seconds`,
      `${figure(DEFAULT_TIMING.maxRegistrationsAtOnce)}; none while the oldest has waited for more than ${
        DEFAULT_TIMING.maxRegistrationWaitMs / 1000
      } seconds\n`,
      `${MAX_ERRORS_PER_WINDOW} within ${ERROR_WINDOW_MS / 1000} seconds`,
      `${PING_AFTER_SILENCE_MS / 1000} seconds, then two pings of ${DEFAULT_TIMING.pingTimeoutMs / 1000} seconds`,
    ])
      expect(limits).toContain(limit);
    expect(sectionNamed('Frames').prose).toContain(`\`${WS_PATH}\``);
  });

  it('has no broken links', () => {
    expect(brokenLinks(page)).toEqual([]);
  });
});
