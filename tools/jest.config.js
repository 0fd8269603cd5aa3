import preset from '../jest.preset.js';

export default {
  ...preset,
  displayName: 'tools',
  rootDir: import.meta.dirname,
  // Formatting what is generated takes seconds on a busy machine.
  testTimeout: 60_000,
  testMatch: ['<rootDir>/**/*.spec.ts'],
};
