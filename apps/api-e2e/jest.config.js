import preset from '../../jest.preset.js';

export default {
  ...preset,
  displayName: 'api-e2e',
  rootDir: import.meta.dirname,
  // The API's specs that need PostgreSQL stand beside what they test and run here.
  roots: ['<rootDir>/src', '<rootDir>/../api/src'],
  testMatch: ['**/api-e2e/src/**/*.e2e-spec.ts', '**/api/src/**/*.db.spec.ts'],
  globalSetup: '<rootDir>/src/support/global-setup.mjs',
  globalTeardown: '<rootDir>/src/support/global-teardown.mjs',
  setupFilesAfterEnv: ['<rootDir>/src/support/clean-up.ts'],
  testTimeout: 120_000,
  // Most of them wait for something most of the time.
  maxWorkers: 4,
};
