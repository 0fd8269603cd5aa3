import preset from '../../jest.preset.js';

export default {
  ...preset,
  displayName: 'admin-e2e',
  rootDir: import.meta.dirname,
  testMatch: ['<rootDir>/src/**/*.e2e-spec.ts'],
  globalSetup: '<rootDir>/src/support/global-setup.mjs',
  testTimeout: 150_000,
  // Each file has its own browser, controller and database.
  maxWorkers: 2,
};
