export { orchestratorsRoutes } from './orchestrators.routes';
