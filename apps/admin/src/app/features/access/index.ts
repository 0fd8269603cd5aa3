export { apiTokensRoutes, usersRoutes } from './access.routes';
