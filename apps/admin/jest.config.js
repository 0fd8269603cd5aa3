import presets from 'jest-preset-angular/presets/index.js';

const preset = presets.createEsmPreset();

/** Component tests: Angular's own compiler in jsdom, zoneless as in production. */
export default {
  ...preset,
  displayName: 'admin',
  rootDir: import.meta.dirname,
  testMatch: ['<rootDir>/src/**/*.spec.ts'],
  setupFilesAfterEnv: ['<rootDir>/src/test-setup.ts'],
  moduleNameMapper: {
    ...preset.moduleNameMapper,
    '^@moolai/([a-z-]+)$': '<rootDir>/../../libs/$1/src/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  // The first test of a file compiles its components, which takes several seconds on a busy machine.
  testTimeout: 30_000,
  restoreMocks: true,
};
