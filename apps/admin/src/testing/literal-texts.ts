import {
  CombinedRecursiveAstVisitor,
  parseTemplate,
  type Binary,
  type BindingPipe,
  type Interpolation,
  type KeyedRead,
  type LiteralPrimitive,
  type TemplateLiteralElement,
  type TmplAstBoundAttribute,
  type TmplAstBoundEvent,
  type TmplAstBoundText,
  type TmplAstText,
  type TmplAstTextAttribute,
} from '@angular/compiler';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';

/** Attributes, inputs and properties with values for users. */
const SHOWN = new Set([
  'advice',
  'afterLabel',
  'alt',
  'aria-label',
  'beforeLabel',
  'confirmLabel',
  'copyLabel',
  'data-label',
  'description',
  'head',
  'heading',
  'hint',
  'label',
  'noMatch',
  'note',
  'placeholder',
  'text',
  'things',
  'title',
  'warning',
  'words',
]);

/** Strings that look like a text but are not: names of keys, headers, settings and products. */
const NOT_SHOWN =
  /^(\(.*\)|\d+px .*|[A-Z_]+=[^ ]+|ArrowDown|ArrowUp|Authorization|Bearer .*|Property|light dark|Content-Type|End|Enter|Escape|Home|Moolai Controller|UTC|Android|Chrome|Edge|Firefox|Linux|Opera|Safari|Windows|DejaVu .*|Inter.*)$/;

const hasLetter = (text: string) => /\p{L}/u.test(text);

/** True for a string that begins like a sentence, or contains two words in a row. */
function readsLikeText(text: string): boolean {
  return /^\p{Lu}\p{Ll}+([\s.,:…?!]|$)|\p{L}[.,:;]?\s\p{L}/u.test(text) && !NOT_SHOWN.test(text);
}

/** Collects texts that a template contains itself instead of using a catalogue. */
class TemplateTexts extends CombinedRecursiveAstVisitor {
  readonly found: string[] = [];
  private isShown = false;

  override visitText(node: TmplAstText): void {
    if (hasLetter(node.value)) this.found.push(node.value.trim());
  }

  override visitTextAttribute({ name, value }: TmplAstTextAttribute): void {
    if (SHOWN.has(name) ? hasLetter(value) : readsLikeText(value) && name !== 'class' && name !== 'd') {
      this.found.push(`${name}="${value}"`);
    }
  }

  override visitBoundText(node: TmplAstBoundText): void {
    this.shown(true, () => super.visitBoundText(node));
  }

  override visitBoundAttribute(node: TmplAstBoundAttribute): void {
    this.shown(SHOWN.has(node.name), () => super.visitBoundAttribute(node));
  }

  override visitBoundEvent(node: TmplAstBoundEvent): void {
    this.shown(false, () => super.visitBoundEvent(node));
  }

  override visitInterpolation(ast: Interpolation, context: unknown): void {
    this.found.push(...ast.strings.filter(hasLetter).map((text) => text.trim()));
    super.visitInterpolation(ast, context);
  }

  /** Compared strings are values, not texts. */
  override visitBinary(ast: Binary, context: unknown): void {
    if (!['==', '!=', '===', '!=='].includes(ast.operation)) super.visitBinary(ast, context);
  }

  /** Arguments of a pipe are formats. */
  override visitPipe(ast: BindingPipe): void {
    this.visit(ast.exp);
  }

  /** Keys are names. */
  override visitKeyedRead(ast: KeyedRead): void {
    this.visit(ast.receiver);
  }

  override visitLiteralPrimitive(ast: LiteralPrimitive): void {
    if (typeof ast.value !== 'string') return;
    if (this.isShown ? hasLetter(ast.value) : readsLikeText(ast.value)) this.found.push(ast.value);
  }

  override visitTemplateLiteralElement(ast: TemplateLiteralElement): void {
    if (this.isShown && hasLetter(ast.text)) this.found.push(ast.text);
  }

  private shown(isShown: boolean, visit: () => void): void {
    const before = this.isShown;
    this.isShown = isShown;
    visit();
    this.isShown = before;
  }
}

/** The texts in a template. */
export function textsOfTemplate(template: string, file: string): string[] {
  const { nodes, errors } = parseTemplate(template, file);
  if (errors?.length) throw new Error(`${file}: ${errors.map(String).join('\n')}`);
  const texts = new TemplateTexts();
  for (const node of nodes) texts.visit(node);
  return texts.found;
}

/** True for a string that code compares, looks up or types, instead of showing it. */
function isName(node: ts.Node): boolean {
  const { parent } = node;
  return (
    ts.isImportDeclaration(parent) ||
    ts.isExportDeclaration(parent) ||
    ts.isTypeNode(parent) ||
    ts.isCaseClause(parent) ||
    (ts.isNewExpression(parent) && parent.expression.getText() === 'TypeError') ||
    ts.isElementAccessExpression(parent) ||
    (ts.isPropertyAssignment(parent) && parent.name === node) ||
    (ts.isBinaryExpression(parent) && /^[!=]==$/.test(parent.operatorToken.getText()))
  );
}

/** A property for users may contain any word; elsewhere a string must read like a text. */
function isTextInCode(node: ts.Node, text: string): boolean {
  const { parent } = node;
  const name = ts.isPropertyAssignment(parent) ? parent.name.getText() : '';
  if (SHOWN.has(name)) return /\p{L}{2}/u.test(text) && !NOT_SHOWN.test(text);
  return readsLikeText(text);
}

/** The texts in a source file and its template that are not from a catalogue. */
export function literalTextsOf(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && ts.isStringLiteralLike(node.initializer)) {
      const name = node.name.getText();
      const { text } = node.initializer;
      if (name === 'template') found.push(...textsOfTemplate(text, file));
      if (name === 'templateUrl') {
        const path = join(dirname(file), text);
        found.push(...textsOfTemplate(readFileSync(path, 'utf8'), path));
      }
      if (['template', 'templateUrl', 'styles', 'styleUrl', 'selector'].includes(name)) return;
    }
    if (ts.isStringLiteralLike(node) && !isName(node) && isTextInCode(node, node.text)) found.push(node.text);
    if (ts.isTemplateExpression(node)) {
      const parts = [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)];
      const text = parts.join('\u0000');
      // A word beside a space, or at the end of a sentence.
      if (
        /(^|\s|\0)\p{L}{2,}[.,:;?!]?\s|\s\p{L}{2,}[.,:;?!]?(\0|\s|$)/u.test(text) &&
        !NOT_SHOWN.test(text)
      ) {
        found.push(node.getText());
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}
