import ts from 'typescript';

const FILE = new URL('../../../../libs/contracts/src/ws/messages.ts', import.meta.url).pathname;

/** A field as its interface declares it: its JSON types, or the literals that it allows. */
export interface Field {
  isRequired: boolean;
  kinds: string[];
  /** For a list of objects: the fields of each entry. */
  entries?: Fields;
}

/** One interface of the union of messages: its fields by name. */
export type Fields = Record<string, Field>;

/** The JSON types that a type allows, sorted; literals as JSON text. */
function kindsOf(checker: ts.TypeChecker, declared: ts.Type): string[] {
  // Without the `undefined` of optional fields, which would split `boolean` into `true` and `false`.
  const type = checker.getNonNullableType(declared);
  if (type.flags & ts.TypeFlags.Boolean) return ['boolean'];
  if (type.isUnion()) return [...new Set(type.types.flatMap((one) => kindsOf(checker, one)))].sort();
  if (type.isStringLiteral() || type.isNumberLiteral()) return [JSON.stringify(type.value)];
  if (type.flags & ts.TypeFlags.BooleanLiteral) return [checker.typeToString(type)];
  if (type.flags & ts.TypeFlags.String) return ['string'];
  if (type.flags & ts.TypeFlags.Number) return ['number'];
  return [checker.isArrayType(type) ? 'array' : 'object'];
}

/** The fields of a list's objects; undefined for any other type. */
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
 * The interfaces of the messages as the compiler sees them, so that a document can be compared with the code
 * instead of with a list that must be maintained.
 *
 * @param union the name of the union type
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
