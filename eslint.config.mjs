import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

/** Which project may import which: two tags a project, both must agree. */
const boundaries = [
  { sourceTag: 'platform:any', onlyDependOnLibsWithTags: ['platform:any'] },
  { sourceTag: 'platform:node', onlyDependOnLibsWithTags: ['platform:node', 'platform:any'] },
  { sourceTag: 'platform:browser', onlyDependOnLibsWithTags: ['platform:browser', 'platform:any'] },
  {
    sourceTag: 'type:app',
    onlyDependOnLibsWithTags: ['type:ui', 'type:dtos', 'type:client', 'type:contracts'],
  },
  { sourceTag: 'type:ui', onlyDependOnLibsWithTags: ['type:contracts'] },
  { sourceTag: 'type:dtos', onlyDependOnLibsWithTags: ['type:contracts'] },
  { sourceTag: 'type:client', onlyDependOnLibsWithTags: ['type:contracts'] },
  { sourceTag: 'type:testing', onlyDependOnLibsWithTags: ['type:contracts'] },
  {
    sourceTag: 'type:e2e',
    onlyDependOnLibsWithTags: ['type:app', 'type:dtos', 'type:client', 'type:contracts', 'type:testing'],
  },
  { sourceTag: 'type:contracts', onlyDependOnLibsWithTags: [] },
];

/** Specs may use the test library, whatever they test. */
const specBoundaries = boundaries.map(({ sourceTag, onlyDependOnLibsWithTags }) => ({
  sourceTag,
  onlyDependOnLibsWithTags: sourceTag.startsWith('type:')
    ? [...onlyDependOnLibsWithTags, 'type:testing']
    : onlyDependOnLibsWithTags,
}));

/** House rules as AST selectors; the message says what to do instead. */
const houseRules = [
  { selector: 'TSEnumDeclaration', message: 'Use an `as const` union (docs/contributors.md, Style).' },
  { selector: 'ExportDefaultDeclaration', message: 'Export by name, so that a search finds it.' },
];

/** The same for what runs in production, where a test's liberties are faults. */
const productionRules = [
  ...houseRules,
  {
    selector: "CallExpression[callee.object.name='JSON'][callee.property.name='parse']:not(TryStatement *)",
    message: 'JSON.parse throws on what others wrote: call it in a try that says what happens then.',
  },
];

/** And for the API, which gets time and settings injected. */
const apiRules = [
  ...productionRules,
  {
    selector:
      "CallExpression[callee.object.name='Date'][callee.property.name='now'], NewExpression[callee.name='Date'][arguments.length=0]",
    message: 'Inject Clock (platform/clock): time is the subject of tests.',
  },
  {
    selector: "MemberExpression[object.name='process'][property.name='env']",
    message: 'Settings are read once, in platform/config.',
  },
];

/** Recurring work is started, stopped and logged in one way. */
const timerRule = {
  selector: "CallExpression[callee.name='setInterval']",
  message: 'Use Recurring (platform/process/recurring.ts).',
};
const scheduleEdge = {
  regex: '^@nestjs/schedule$',
  message: 'Use Recurring or DueWork (platform/process).',
};

/** Inside the API: a feature is entered by its index, and only repositories know the database. */
const featureEdge = {
  regex: '^\\.\\./[a-z-]+/(?!index\\.js$)',
  message: 'Import a feature by its index.js.',
};
const databaseEdge = {
  regex: '^(typeorm|pg)$',
  message: 'Only entities, repositories and platform/database know the database.',
};

/** One decorator validates, transforms and documents a DTO's field. */
const fieldEdge = {
  paths: [
    { name: 'class-validator', message: 'Use the decorators of libs/dtos/src/fields.' },
    { name: 'class-transformer', message: 'Use the decorators of libs/dtos/src/fields.' },
    {
      name: '@nestjs/swagger',
      allowImportNames: ['IntersectionType', 'OmitType', 'PartialType', 'PickType'],
      message: 'Use the decorators of libs/dtos/src/fields.',
    },
  ],
};

/** The console's features meet in `core` and `ui`; one that needs another enters it by its index. */
const adminFeatureEdge = {
  regex: '^\\.\\./(?!\\.\\./)[a-z-]+/',
  message: 'Import a feature by its index.',
};

export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      '**/node_modules/**',
      '**/.angular/**',
      '**/.nx/**',
      '**/*.js',
      '**/*.mjs',
      '**/fixtures/**',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.recommendedTypeChecked, prettier],
    plugins: { '@nx': nx },
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        { depConstraints: boundaries, enforceBuildableLibDependency: false },
      ],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      'no-console': 'error',
      'no-empty': ['error', { allowEmptyCatch: false }],
      'no-restricted-syntax': ['error', ...productionRules],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      eqeqeq: 'error',
    },
  },
  {
    // A catalogue is read in one go, so it is one file.
    files: ['apps/admin/src/**/*.texts.ts'],
    rules: { 'max-lines': 'off' },
  },
  {
    files: ['apps/api/src/**/*.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...apiRules, timerRule],
      'no-restricted-imports': ['error', { patterns: [databaseEdge, scheduleEdge] }],
    },
  },
  {
    files: ['apps/api/src/app/*/*.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [featureEdge, databaseEdge, scheduleEdge] }] },
  },
  {
    files: ['apps/api/src/app/*/*.repository.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [featureEdge, scheduleEdge] }] },
  },
  {
    files: ['libs/dtos/src/*.ts'],
    ignores: ['**/*.spec.ts'],
    rules: { 'no-restricted-imports': ['error', fieldEdge] },
  },
  {
    files: ['apps/admin/src/app/features/*/*.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [adminFeatureEdge] }] },
  },
  {
    // An entity refers to another one itself: by the index, the two modules would import each other.
    files: ['apps/api/src/app/*/*.entity.ts', 'apps/api/src/platform/database/**/*.ts'],
    rules: { 'no-restricted-imports': 'off' },
  },
  {
    files: [
      'apps/api/src/platform/clock/clock.ts',
      'apps/api/src/platform/config/*.ts',
      // The processes themselves: the controller and the commands.
      'apps/api/src/*.ts',
    ],
    rules: { 'no-restricted-syntax': ['error', ...productionRules] },
  },
  {
    files: [
      'apps/api/src/platform/process/recurring.ts',
      // The log itself, which Recurring writes to.
      'apps/api/src/platform/logging/standard-output.ts',
    ],
    rules: { 'no-restricted-syntax': ['error', ...apiRules] },
  },
  {
    // Tools run on a developer's machine, where an uncaught exception is good enough. They are not an Nx project.
    files: ['tools/**/*.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...houseRules],
      '@nx/enforce-module-boundaries': 'off',
    },
  },
  {
    files: ['**/*.spec.ts', '**/*.e2e-spec.ts', 'libs/testing/**/*.ts', 'apps/*-e2e/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', ...houseRules] },
  },
  {
    // The only project that may import an application: its tests run it in their own process.
    files: ['apps/api-e2e/**/*.ts'],
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        { depConstraints: boundaries, enforceBuildableLibDependency: false, allow: ['@moolai/api'] },
      ],
    },
  },
  {
    files: ['**/*.spec.ts'],
    ignores: ['apps/*-e2e/**', 'tools/**'],
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        { depConstraints: specBoundaries, enforceBuildableLibDependency: false },
      ],
    },
  },
);
