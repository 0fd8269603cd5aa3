export { forbiddenRoutes } from './forbidden.routes';
