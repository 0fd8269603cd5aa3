import { ESLint } from 'eslint';

const ROOT = new URL('../../', import.meta.url).pathname;

/** Code that must be refused, as if it were in an existing file, because a rule that never fires may be off. */
const ILLEGAL: [what: string, file: string, code: string, rule: string][] = [
  [
    'the console importing what runs on Node',
    'apps/admin/src/app/app.ts',
    `import { OrchestratorClient } from '@moolai/orchestrator-client';\nexport const x = OrchestratorClient;`,
    '@nx/enforce-module-boundaries',
  ],
  [
    'the console importing the API',
    'apps/admin/src/app/app.ts',
    `import { AppModule } from '@moolai/api';\nexport const x = AppModule;`,
    '@nx/enforce-module-boundaries',
  ],
  [
    'contracts importing anything',
    'libs/contracts/src/json.ts',
    `import { ListQueryDto } from '@moolai/dtos';\nexport const x = ListQueryDto;`,
    '@nx/enforce-module-boundaries',
  ],
  [
    'the client importing what only tests may use',
    'libs/orchestrator-client/src/backoff.ts',
    `import { waitUntil } from '@moolai/testing';\nexport const x = waitUntil;`,
    '@nx/enforce-module-boundaries',
  ],
  [
    'a feature entered by anything but its index',
    'apps/api/src/app/overview/overview.service.ts',
    `import { MessagesRepository } from '../messages/messages.repository.js';\nexport const x = MessagesRepository;`,
    'no-restricted-imports',
  ],
  [
    'a service that talks to the database itself',
    'apps/api/src/app/overview/overview.service.ts',
    `import { DataSource } from 'typeorm';\nexport const x = DataSource;`,
    'no-restricted-imports',
  ],
  [
    'the real clock outside its seam',
    'apps/api/src/app/overview/overview.service.ts',
    `export const x = Date.now();`,
    'no-restricted-syntax',
  ],
  [
    'the environment outside the settings',
    'apps/api/src/app/overview/overview.service.ts',
    `export const x = process.env['HOME'];`,
    'no-restricted-syntax',
  ],
  [
    'JSON.parse without a catch',
    'libs/orchestrator-client/src/backoff.ts',
    `export const x: unknown = JSON.parse('1');`,
    'no-restricted-syntax',
  ],
  ['an enum', 'libs/contracts/src/json.ts', `export enum X { A }`, 'no-restricted-syntax'],
  [
    'any',
    'libs/contracts/src/json.ts',
    `export function x(y: any): unknown { return y; }`,
    '@typescript-eslint/no-explicit-any',
  ],
  [
    'a floating promise',
    'libs/orchestrator-client/src/backoff.ts',
    `export function x(): void { Promise.resolve(); }`,
    '@typescript-eslint/no-floating-promises',
  ],
  ['the console of the machine', 'libs/contracts/src/json.ts', `console.log('x');\nexport {};`, 'no-console'],
];

describe('the lint rules', () => {
  const eslint = new ESLint({ cwd: ROOT });

  it.each(ILLEGAL)('refuse %s', async (_, file, code, rule) => {
    const [result] = await eslint.lintText(code, { filePath: `${ROOT}${file}` });
    expect(result?.messages.map((message) => message.ruleId)).toContain(rule);
  });

  it('accept the same file unchanged', async () => {
    const results = await eslint.lintFiles(['apps/api/src/app/overview/overview.service.ts']);
    expect(results.flatMap((result) => result.messages)).toEqual([]);
  });
});
