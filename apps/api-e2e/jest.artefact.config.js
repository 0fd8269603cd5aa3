import preset from '../../jest.preset.js';

/**
 * The end-to-end tests on what api.Dockerfile makes, which `artefact.system-spec.ts` runs: of each kind of work
 * some files that speak to the controller from outside only, have no clock or short patience of their own,
 * and do not wait for its log.
 */
export default {
  ...preset,
  displayName: 'artefact',
  rootDir: import.meta.dirname,
  testMatch: [
    '<rootDir>/src/access/{live-stream,permission-matrix}.e2e-spec.ts',
    '<rootDir>/src/audit/audited-changes.e2e-spec.ts',
    '<rootDir>/src/configuration/{config-history,orchestrator-config}.e2e-spec.ts',
    '<rootDir>/src/gateway/registration.e2e-spec.ts',
    '<rootDir>/src/messages/inbox.e2e-spec.ts',
    '<rootDir>/src/openapi/openapi.e2e-spec.ts',
    '<rootDir>/src/{orchestrators,organizations}/*.e2e-spec.ts',
  ],
  setupFilesAfterEnv: ['<rootDir>/src/support/clean-up.ts'],
  testTimeout: 60_000,
  maxWorkers: 2,
};
