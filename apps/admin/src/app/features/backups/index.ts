export { backupsRoutes } from './backups.routes';
