export { ApiTokensModule } from './api-tokens.module.js';
export { API_TOKEN_PREFIX, ApiTokensService } from './api-tokens.service.js';
export { TokenUses } from './token-uses.js';
