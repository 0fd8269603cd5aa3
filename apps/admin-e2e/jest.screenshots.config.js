import config from './jest.config.js';

/** `npm run screenshots`: pictures of every page in docs/screenshots/. */
export default { ...config, testMatch: ['<rootDir>/src/screenshots.ts'], testTimeout: 300_000 };
