export { messagesRoutes } from './messages.routes';
