import config from './jest.config.js';

/** `npm run screenshots`: pictures of every page into docs/screenshots/. */
export default { ...config, testMatch: ['<rootDir>/src/screenshots.ts'], testTimeout: 300_000 };
