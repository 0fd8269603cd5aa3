export { apiClient, wrong, type ApiAnswer, type ApiCall, type ApiClient } from './api-client.js';
export {
  ControllerProcess,
  newDataDir,
  processesOf,
  removeDataDir,
  removeDataDirs,
  type Exit,
} from './controller-process.js';
export {
  copies,
  Dockerfile,
  environmentOf,
  valuesOf,
  type Copy,
  type Instruction,
  type Stage,
} from './dockerfile.js';
export { endProcess } from './end-process.js';
export { EventReader, type ReadEvent } from './event-reader.js';
export { FakeClock } from './fake-clock.js';
export { freePort } from './free-port.js';
export { LogCapture } from './log-capture.js';
export { RedisServer } from './redis-server.js';
export { schemaText } from './schema-text.js';
export { TEST_SERVER_VARIABLE, TestDatabase, type TestServer } from './test-databases.js';
export { TestOrchestrator, type Closed, type MessageOf } from './test-orchestrator.js';
export { waitUntil } from './wait-until.js';
export { TcpProxy } from './tcp-proxy.js';
