export { costsRoutes } from './costs.routes';
