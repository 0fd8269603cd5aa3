import { Module } from '@nestjs/common';
import { UsersModule } from '../users/index.js';
import { ApiTokensController } from './api-tokens.controller.js';
import { ApiTokensRepository } from './api-tokens.repository.js';
import { ApiTokensService } from './api-tokens.service.js';
import { TokenUses } from './token-uses.js';

/** API tokens for scripts. */
@Module({
  imports: [UsersModule],
  controllers: [ApiTokensController],
  providers: [ApiTokensService, ApiTokensRepository, TokenUses],
  exports: [ApiTokensService, TokenUses],
})
export class ApiTokensModule {}
