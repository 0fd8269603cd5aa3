export { AttemptLimit } from './attempt-limit.js';
export { AuthModule } from './auth.module.js';
export { setRefreshCookie } from './refresh-cookie.js';
export { SessionsRepository } from './sessions.repository.js';
export { originOf, SessionsService, type ContinuedSession, type Origin } from './sessions.service.js';
