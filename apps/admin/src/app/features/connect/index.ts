export { connectRoutes } from './connect.routes';
