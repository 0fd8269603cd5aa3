import config from './jest.config.js';

/** `nx run admin-e2e:large-fleet`: a measurement, so run nothing else at the same time. */
export default { ...config, testMatch: ['<rootDir>/src/large-fleet.ts'], testTimeout: 300_000 };
