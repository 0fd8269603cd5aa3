import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/index.js';
import { OrganizationsModule } from '../organizations/index.js';
import { UsersModule } from '../users/index.js';
import { ChallengeCookie } from './challenge-cookie.js';
import { OidcController } from './oidc.controller.js';
import { OidcProvider } from './oidc-provider.js';
import { OidcService } from './oidc.service.js';

/** OpenID Connect sign-in. */
@Module({
  imports: [AuthModule, UsersModule, OrganizationsModule],
  controllers: [OidcController],
  providers: [OidcProvider, OidcService, ChallengeCookie],
})
export class OidcModule {}
