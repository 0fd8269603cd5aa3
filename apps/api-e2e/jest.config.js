import preset from '../../jest.preset.js';

export default {
  ...preset,
  displayName: 'api-e2e',
  rootDir: import.meta.dirname,
  testMatch: ['<rootDir>/src/**/*.e2e-spec.ts', '<rootDir>/src/**/*.db.spec.ts'],
  globalSetup: '<rootDir>/src/support/global-setup.mjs',
  globalTeardown: '<rootDir>/src/support/global-teardown.mjs',
  setupFilesAfterEnv: ['<rootDir>/src/support/clean-up.ts'],
  testTimeout: 120_000,
  // Most of them wait for something most of the time.
  maxWorkers: 4,
};
