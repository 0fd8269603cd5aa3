import { Module } from '@nestjs/common';
import { APP_GUARD, DiscoveryModule } from '@nestjs/core';
import { PassportModule } from '@nestjs/passport';
import { AuthController } from './auth.controller.js';
import { AuthGuard } from './auth.guard.js';
import { AuthService } from './auth.service.js';
import { BearerStrategy } from './bearer.strategy.js';
import { RefreshSessions } from './refresh-sessions.js';
import { TokenService } from './token.service.js';

/** Who may call the API. The guard is global, and every route declares what it asks for. */
@Module({
  imports: [PassportModule, DiscoveryModule],
  controllers: [AuthController],
  providers: [
    AuthService,
    TokenService,
    RefreshSessions,
    BearerStrategy,
    { provide: APP_GUARD, useClass: AuthGuard },
  ],
})
export class AuthModule {}
