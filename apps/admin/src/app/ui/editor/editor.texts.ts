import type { Texts } from '../../core/texts';

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
    noMatchingForm: 'fits none of the forms that the schema allows',
    mustBe: (value: string) => `must be ${value}`,
    mustBeOneOf: (value: string) => `must be one of ${value}`,
    mustBeAtLeast: (minimum: number) => `must be at least ${minimum}`,
    mustBeAtMost: (maximum: number) => `must be at most ${maximum}`,
    mustBeAbove: (exclusiveMinimum: number) => `must be above ${exclusiveMinimum}`,
    mustBeBelow: (exclusiveMaximum: number) => `must be below ${exclusiveMaximum}`,
    mustBeMultipleOf: (multipleOf: number) => `must be a multiple of ${multipleOf}`,
    minCharacters: (minLength: number) => `must have at least ${minLength} characters`,
    maxCharacters: (maxLength: number) => `must have at most ${maxLength} characters`,
    mustMatch: (pattern: string) => `must match ${pattern}`,
    minItems: (minItems: number) => `must have at least ${minItems} items`,
    maxItems: (maxItems: number) => `must have at most ${maxItems} items`,
    unknownToSchema: 'is not known to the schema',
    theValue: 'the value',
  },
  jsonText: {
    mustBeObject: 'Must be a JSON object: { … }',
    invalidJson: (message: string) => `Invalid JSON: ${message}`,
    theDocument: 'the document',
  },
} as const satisfies Texts;
