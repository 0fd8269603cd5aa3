export { instancesRoutes } from './instances.routes';
