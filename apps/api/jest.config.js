import preset from '../../jest.preset.js';

export default {
  ...preset,
  displayName: 'api',
  rootDir: import.meta.dirname,
  // Encryption takes longer on a busy machine.
  testTimeout: 30_000,
  // They need PostgreSQL: apps/api-e2e/jest.config.js runs them.
  testPathIgnorePatterns: ['\\.db\\.spec\\.ts$'],
};
