export { AuthModule } from './auth.module.js';
export { AuthService } from './auth.service.js';
export { setRefreshCookie } from './refresh-cookie.js';
export { SessionsRepository } from './sessions.repository.js';
export { SessionsService, type ContinuedSession, type Origin } from './sessions.service.js';
