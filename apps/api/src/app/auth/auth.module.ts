import { Module } from '@nestjs/common';
import { APP_GUARD, DiscoveryModule } from '@nestjs/core';
import { PassportModule } from '@nestjs/passport';
import { ApiTokensModule } from '../api-tokens/index.js';
import { UsersModule } from '../users/index.js';
import { AccessListener } from './access.listener.js';
import { AuthController } from './auth.controller.js';
import { AuthGuard } from './auth.guard.js';
import { AuthService } from './auth.service.js';
import { BearerStrategy } from './bearer.strategy.js';
import { PrincipalCache } from './principal-cache.js';
import { KnownDevices } from './known-devices.js';
import { LoginThrottle } from './login-throttle.js';
import { RefreshTokens } from './refresh-tokens.js';
import { SessionsController } from './sessions.controller.js';
import { SessionsRepository } from './sessions.repository.js';
import { SessionsService } from './sessions.service.js';
import { TokenService } from './token.service.js';

/** Access control of the API. The guard is global, and every route declares its requirement. */
@Module({
  imports: [PassportModule, DiscoveryModule, UsersModule, ApiTokensModule],
  controllers: [AuthController, SessionsController],
  providers: [
    AuthService,
    TokenService,
    SessionsService,
    SessionsRepository,
    RefreshTokens,
    LoginThrottle,
    KnownDevices,
    PrincipalCache,
    AccessListener,
    BearerStrategy,
    { provide: APP_GUARD, useClass: AuthGuard },
  ],
  exports: [SessionsService, SessionsRepository],
})
export class AuthModule {}
