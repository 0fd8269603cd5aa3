/** Exports for tests that run the application in their own process. */
export { AppModule, type AppParts } from './app/app.module.js';
export { AuditService, AuditTrail, type AuditedChange } from './app/audit/index.js';
export { BackupsService } from './app/backups/index.js';
export { configureApp, createApp } from './app/configure-app.js';
export { serveConsole } from './app/console.js';
export { GATEWAY_TIMING, DEFAULT_TIMING, parseFrame, type GatewayTiming } from './app/gateway/index.js';
export { FleetEvents } from './app/events/index.js';
export {
  IndependenceFlags,
  LiveStateRepository,
  type LiveRow,
  type LiveRows,
} from './app/live-state/index.js';
export { CostsReader } from './app/monitoring/index.js';
export { RetentionService } from './app/retention/index.js';
export { createOpenApi } from './app/openapi.js';
export { Clock } from './platform/clock/clock.js';
export { loadSettings, type Settings } from './platform/config/settings.js';
export { ChangeListener } from './platform/database/change-listener.js';
export type { PrimaryFinder } from './platform/database/primary-finder.js';
export { connectDatabase } from './platform/database/connect.js';
export type { DatabaseConnection } from './platform/database/connection.js';
export type { EmbeddedAddress } from './platform/database/embedded-address.js';
export { createDataSource } from './platform/database/data-source.js';
export { Transactions } from './platform/database/transactions.js';
export { systemActor, type Actor } from './platform/access/principal.js';
export { EmbeddedPostgres } from './platform/database/embedded-postgres.js';
export { createHttpAdapter } from './platform/http/http-adapter.js';
export { createLogger, type Logger } from './platform/logging/logger.js';
