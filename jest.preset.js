/**
 * What every jest project of this workspace shares: ES modules, transformed by swc, with the
 * workspace's own libraries read from their sources, so that no test runs on a stale build.
 */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/src/**/*.spec.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
          target: 'es2024',
          keepClassNames: true,
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  moduleNameMapper: {
    '^@moolai/api$': new URL('./apps/api/src/index.ts', import.meta.url).pathname,
    '^@moolai/([a-z-]+)$': new URL('./libs/$1/src/index.ts', import.meta.url).pathname,
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  restoreMocks: true,
};
