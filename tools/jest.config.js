import preset from '../jest.preset.js';

export default {
  ...preset,
  displayName: 'tools',
  rootDir: import.meta.dirname,
  testMatch: ['<rootDir>/**/*.spec.ts'],
  // Typed lint loads the whole API before it checks the first file, and generated code is formatted.
  testTimeout: 120_000,
};
