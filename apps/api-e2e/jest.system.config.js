import preset from '../../jest.preset.js';

/** What needs packages of Debian; `npm run test:system` runs it, `npm test` does not. */
export default {
  ...preset,
  displayName: 'system',
  rootDir: import.meta.dirname,
  testMatch: ['<rootDir>/src/system/*.system-spec.ts'],
  globalSetup: '<rootDir>/src/support/global-setup.mjs',
  globalTeardown: '<rootDir>/src/support/global-teardown.mjs',
  setupFilesAfterEnv: ['<rootDir>/src/support/clean-up.ts'],
  testTimeout: 600_000,
  // The longest one waits for a minute.
  maxWorkers: 3,
};
