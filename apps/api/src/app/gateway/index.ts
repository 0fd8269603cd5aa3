export { ConnectionRegistry } from './connection.registry.js';
export { FlatMessageAdapter } from './flat-message.adapter.js';
export { parseFrame } from './frame.parser.js';
export { GatewayModule } from './gateway.module.js';
export { DEFAULT_TIMING, GATEWAY_TIMING, type GatewayTiming } from './gateway-timing.js';
