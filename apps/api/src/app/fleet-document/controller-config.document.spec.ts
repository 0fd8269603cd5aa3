import type { ControllerConfigDocument, JsonObject, JsonValue } from '@moolai/contracts';
import { AppError } from '../../platform/errors/app-error.js';
import { editsOf, readDocument, salvageDocument } from './controller-config.document.js';

/** A JSON value with this depth. */
function nested(depth: number): JsonValue {
  return depth === 0 ? 1 : { in: nested(depth - 1) };
}

function refusedFields(value: unknown): string[] {
  try {
    readDocument(value);
  } catch (error) {
    if (error instanceof AppError && error.type === 'validation_error') {
      return (error.fields ?? []).map(({ field }) => field);
    }
    throw error;
  }
  throw new Error('the document was accepted');
}

describe('readDocument', () => {
  it('returns exactly the parts in the document, because the rest must stay', () => {
    expect(readDocument({})).toEqual({ organizations: {} });
    expect(readDocument({ schemas: {}, organizations: { 'org-1': {} } })).toEqual({
      schemas: {},
      organizations: { 'org-1': {} },
    });
    const whole = {
      defaults: { features: { a: null } },
      schemas: { features: { type: 'object' } },
      organizations: {
        'org-1': { name: 'One', orchestrators: ['a', 'b'], is_independent: true, settings: { x: 1 } },
      },
    };
    expect(readDocument(whole)).toEqual(whole);
  });

  it('accepts a duplicate orchestrator once', () => {
    const { organizations } = readDocument({
      organizations: { 'org-1': { orchestrators: ['a', 'b', 'a'] } },
    });
    expect(organizations['org-1']?.orchestrators).toEqual(['a', 'b']);
  });

  it('reports all errors at once', () => {
    const document = {
      default: {},
      defaults: [],
      schemas: { features: true, privacy_mode: {} },
      organizations: {
        'not an id': {},
        'org-1': {
          name: '',
          orchestrators: ['fine', 'not an id'],
          is_independent: 'true',
          settings: 'none',
          orchestrator: [],
        },
        'org-2': [],
        'org-3': { name: 'x'.repeat(256), orchestrators: 'a' },
      },
    };
    expect(refusedFields(document).sort()).toEqual(
      [
        'default',
        'defaults',
        'organizations.not an id',
        'organizations.org-1.is_independent',
        'organizations.org-1.name',
        'organizations.org-1.orchestrator',
        'organizations.org-1.orchestrators',
        'organizations.org-1.settings',
        'organizations.org-2',
        'organizations.org-3.name',
        'organizations.org-3.orchestrators',
        'schemas.features',
        'schemas.privacy_mode',
      ].sort(),
    );
  });

  it.each([[undefined], [null], [[]], ['text'], [1]])('refuses %j instead of a document', (value) => {
    expect(refusedFields(value)).toEqual(['document']);
  });

  it('refuses null where nothing can be deleted', () => {
    expect(
      refusedFields({ defaults: null, organizations: { 'org-1': { settings: null, name: null } } }),
    ).toEqual(['organizations.org-1.name', 'organizations.org-1.settings', 'defaults']);
  });

  it.each<[string, JsonValue]>([
    ['a NUL', 'a\u0000b'],
    ['a lone surrogate', '\ud800'],
    ['nesting beyond 32', nested(33)],
  ])('refuses %s in any place', (_, value) => {
    expect(refusedFields({ defaults: { x: value } })).toEqual(['defaults']);
    expect(refusedFields({ schemas: { features: { x: value } } })).toEqual(['schemas']);
    expect(refusedFields({ organizations: { 'org-1': { settings: { x: value } } } })).toEqual([
      'organizations.org-1.settings',
    ]);
    expect(refusedFields({ organizations: { 'org-1': { name: value } } })).toEqual([
      'organizations.org-1.name',
    ]);
  });

  it('accepts settings as deep as the settings route does', () => {
    const settings = nested(32);
    expect(
      readDocument({ organizations: { 'org-1': { settings } } }).organizations['org-1']?.settings,
    ).toEqual(settings);
  });

  it('refuses an organization "__proto__" by name', () => {
    const document = JSON.parse('{"organizations":{"__proto__":{"name":"x"}}}') as unknown;
    expect(refusedFields(document)).toEqual(['organizations.__proto__']);
  });
});

describe('salvageDocument', () => {
  it('keeps valid parts, and skips the rest', () => {
    const document: JsonObject = {
      defaults: { privacy_mode: true },
      schemas: { features: { type: 'object' }, session_config: 'x', other: {} },
      organizations: {
        'org-1': {
          name: 'One',
          orchestrators: ['a', 'a', 5, 'not an id'],
          is_independent: true,
          settings: [],
        },
        'org-2': { name: 7, settings: { x: 1 } },
        'not an id': {},
        'org-3': null,
      },
      of_a_newer_version: 1,
    };
    expect(salvageDocument(document)).toEqual({
      defaults: { privacy_mode: true },
      schemas: { features: { type: 'object' } },
      organizations: {
        'org-1': { name: 'One', orchestrators: ['a'], is_independent: true, settings: {} },
        'org-2': { name: 'org-2', orchestrators: [], is_independent: false, settings: { x: 1 } },
      },
    });
  });

  it('skips values that PostgreSQL could not store, so that the start does not fail', () => {
    const document = {
      defaults: { text: '\u0000' },
      schemas: { features: { title: '\ud800' } },
      organizations: { 'org-1': { name: 'a\u0000', settings: { deep: nested(40) } } },
    };
    expect(salvageDocument(document)).toEqual({
      defaults: {},
      schemas: {},
      organizations: { 'org-1': { name: 'org-1', orchestrators: [], is_independent: false, settings: {} } },
    });
  });

  it.each<[JsonObject]>([[{}], [{ organizations: [], defaults: 'x', schemas: null }]])(
    'returns nothing for %j',
    (document) => {
      expect(salvageDocument(document)).toEqual({ defaults: {}, schemas: {}, organizations: {} });
    },
  );
});

describe('editsOf', () => {
  const base: ControllerConfigDocument = {
    defaults: { privacy_mode: true },
    schemas: {},
    organizations: {
      'org-1': { name: 'One', orchestrators: ['a'], is_independent: false, settings: { x: 1, y: 1 } },
      'org-2': { name: 'Two', orchestrators: [], is_independent: false, settings: {} },
    },
  };

  it('is empty for the same document, whatever the order of its keys', () => {
    const { defaults, organizations } = base;
    expect(editsOf({ organizations, schemas: {}, defaults }, base)).toEqual({ organizations: {} });
  });

  it('leaves out unedited parts', () => {
    const edited = structuredClone(base);
    edited.organizations['org-1'] = {
      name: 'One',
      orchestrators: ['a'],
      is_independent: false,
      settings: { x: 2, y: 1 },
    };
    expect(editsOf(edited, base)).toEqual({ organizations: { 'org-1': { settings: { x: 2, y: 1 } } } });
  });

  it('contains new organizations, defaults and schemas', () => {
    const edited = {
      defaults: {},
      schemas: { features: { type: 'object' } },
      organizations: { ...base.organizations, 'org-3': { settings: {} } },
    };
    expect(editsOf(edited, base)).toEqual({
      defaults: {},
      schemas: { features: { type: 'object' } },
      organizations: { 'org-3': { settings: {} } },
    });
  });

  it('treats removed parts as absent ones', () => {
    expect(editsOf({ organizations: {} }, base)).toEqual({ organizations: {} });
  });
});
