import { counted, type Texts } from '../../core/texts';

/** The texts of the JSON editor and the comparison. */
export const EDITOR_TEXTS = {
  codeMirror: {
    comparison: (beforeLabel: string, afterLabel: string) => `${beforeLabel} and ${afterLabel}`,
  },
  diffView: {
    before: 'Before',
    after: 'After',
    comparisonLayout: 'Comparison layout',
    sideBySide: 'Side by side',
    inline: 'Inline',
    noDifferences: 'No differences.',
  },
  jsonEditor: {
    problems: 'Problems',
  },
  jsonSchema: {
    notAllowed: 'is not allowed',
    noMatchingForm: 'matches none of the alternatives in the schema',
    mustBe: (value: string) => `must be ${value}`,
    mustBeOneOf: (value: string) => `must be one of ${value}`,
    mustBeAtLeast: (minimum: number) => `must be at least ${minimum}`,
    mustBeAtMost: (maximum: number) => `must be at most ${maximum}`,
    mustBeAbove: (exclusiveMinimum: number) => `must be greater than ${exclusiveMinimum}`,
    mustBeBelow: (exclusiveMaximum: number) => `must be less than ${exclusiveMaximum}`,
    mustBeMultipleOf: (multipleOf: number) => `must be a multiple of ${multipleOf}`,
    minCharacters: (minLength: number) =>
      `must have at least ${counted(minLength, 'character', 'characters')}`,
    maxCharacters: (maxLength: number) =>
      `must have at most ${counted(maxLength, 'character', 'characters')}`,
    mustMatch: (pattern: string) => `must match ${pattern}`,
    minItems: (minItems: number) => `must have at least ${counted(minItems, 'item', 'items')}`,
    maxItems: (maxItems: number) => `must have at most ${counted(maxItems, 'item', 'items')}`,
    unknownToSchema: 'is not defined in the schema',
    theValue: 'the value',
  },
  jsonText: {
    mustBeObject: 'Must be a JSON object: { … }',
    invalidJson: (message: string) => `Invalid JSON: ${message}`,
    theDocument: 'the document',
  },
} as const satisfies Texts;
