import ts from 'typescript';

const FILE = new URL('../../../../libs/contracts/src/ws/messages.ts', import.meta.url).pathname;

/** A field as its interface has it: kinds of JSON, or the literals that it is limited to. */
export interface Field {
  isRequired: boolean;
  kinds: string[];
  /** The fields of each entry, for a list of objects. */
  entries?: Fields;
}

/** One interface of a union of messages, by field. */
export type Fields = Record<string, Field>;

/** The kinds of JSON that a type allows, sorted; a literal stands as its JSON text. */
function kindsOf(checker: ts.TypeChecker, declared: ts.Type): string[] {
  // Without the `undefined` of optional fields, which would take a boolean apart.
  const type = checker.getNonNullableType(declared);
  if (type.flags & ts.TypeFlags.Boolean) return ['boolean'];
  if (type.isUnion()) return [...new Set(type.types.flatMap((one) => kindsOf(checker, one)))].sort();
  if (type.isStringLiteral() || type.isNumberLiteral()) return [JSON.stringify(type.value)];
  if (type.flags & ts.TypeFlags.BooleanLiteral) return [checker.typeToString(type)];
  if (type.flags & ts.TypeFlags.String) return ['string'];
  if (type.flags & ts.TypeFlags.Number) return ['number'];
  return [checker.isArrayType(type) ? 'array' : 'object'];
}

/** The fields of the objects that a list has; undefined for anything else. */
function entriesOf(checker: ts.TypeChecker, declared: ts.Type): Fields | undefined {
  const entry = checker.getNonNullableType(declared).getNumberIndexType();
  return entry?.isClassOrInterface() ? fieldsIn(checker, entry) : undefined;
}

function fieldsIn(checker: ts.TypeChecker, type: ts.Type): Fields {
  return Object.fromEntries(
    checker.getPropertiesOfType(type).map((property): [string, Field] => {
      const declared = checker.getTypeOfSymbol(property);
      const isRequired = !(property.flags & ts.SymbolFlags.Optional);
      const entries = entriesOf(checker, declared);
      return [
        property.name,
        { isRequired, kinds: kindsOf(checker, declared), ...(entries ? { entries } : {}) },
      ];
    }),
  );
}

/**
 * The interfaces of the messages as the compiler understands them, so that a document can be compared
 * with what the code is checked against and not with a list that somebody keeps.
 *
 * @param union the name of the type that lists them
 */
export function messageInterfaces(union: 'OrchestratorMessage' | 'ControllerMessage'): Fields[] {
  const program = ts.createProgram([FILE], {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2024,
    types: [],
  });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(FILE);
  const module = source && checker.getSymbolAtLocation(source);
  const symbol = module && checker.getExportsOfModule(module).find(({ name }) => name === union);
  const type = symbol && checker.getDeclaredTypeOfSymbol(symbol);
  if (!type?.isUnion()) throw new Error(`${FILE} has no union "${union}"`);
  return type.types.map((one) => fieldsIn(checker, one));
}
