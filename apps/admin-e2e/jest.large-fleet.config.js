import config from './jest.config.js';

/** `nx run admin-e2e:large-fleet`: a measurement, so nothing else may run beside it. */
export default { ...config, testMatch: ['<rootDir>/src/large-fleet.ts'], testTimeout: 300_000 };
