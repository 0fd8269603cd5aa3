export { DeliveryModule } from './delivery.module.js';
export { DeliveryService } from './delivery.service.js';
export { MessageHints } from './message-hints.js';
export { messageCreated, messageStatusChanged, type TellableMessage } from './message-events.js';
export { IS_OPEN, statesBefore } from './message-moves.js';
