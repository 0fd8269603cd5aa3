export { activityRoutes } from './activity.routes';
