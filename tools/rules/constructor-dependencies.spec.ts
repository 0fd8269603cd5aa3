import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const ROOT = new URL('../../apps/api/src/', import.meta.url).pathname;

const MAX = 6;
/** Dependencies that any class may need, so that they say nothing about its responsibilities. */
const AMBIENT = /\b(Clock|Logger|Settings)$/;

/** Classes above the limit, each with its number, which may only become smaller, and the reason. */
const EXCEPTIONS: Record<string, [dependencies: number, reason: string]> = {
  AuthService: [9, 'sign-in, own password and tokens share the throttle and the sessions'],
  IndependenceService: [9, 'one switch updates database, memory and both files in a fixed order'],
  OrchestratorsAdminService: [8, 'create and decommission touch configuration, messages and secrets'],
  CredentialsService: [7, 'rotation and revocation record, publish and notify the connection'],
  HeartbeatWriter: [7, 'the last batch at shutdown waits for requests and other last writes'],
};

function dependenciesOf(constructor: ts.ConstructorDeclaration): string[] {
  return constructor.parameters
    .map(({ type }) => type?.getText() ?? '')
    .filter((type) => !AMBIENT.test(type));
}

/** The dependencies of each class that Nest creates, by its name. */
function injectables(): [name: string, dependencies: string[]][] {
  return readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))
    .map((name) =>
      ts.createSourceFile(name, readFileSync(join(ROOT, name), 'utf8'), ts.ScriptTarget.ES2022, true),
    )
    .flatMap(({ statements }) => statements.filter(ts.isClassDeclaration))
    .filter((declaration) => ts.getDecorators(declaration) !== undefined)
    .flatMap(({ name, members }): [string, string[]][] => {
      const constructor = members.find(ts.isConstructorDeclaration);
      return constructor ? [[name?.text ?? '', dependenciesOf(constructor)]] : [];
    });
}

describe('a class of the API that Nest creates', () => {
  const found = new Map(injectables());

  it(`has at most ${MAX} dependencies besides clock, log and settings`, () => {
    expect(found.size).toBeGreaterThan(100);
    const tooMany = [...found].filter(
      ([name, dependencies]) => dependencies.length > (EXCEPTIONS[name]?.[0] ?? MAX),
    );
    expect(tooMany).toEqual([]);
  });

  it('is an exception only while it needs to be', () => {
    const needed = [...found]
      .filter(([, { length }]) => length > MAX)
      .map(([name, { length }]) => [name, length]);
    expect(Object.fromEntries(needed)).toEqual(
      Object.fromEntries(Object.entries(EXCEPTIONS).map(([name, [dependencies]]) => [name, dependencies])),
    );
  });
});
