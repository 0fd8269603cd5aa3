export { configurationRoutes } from './configuration.routes';
