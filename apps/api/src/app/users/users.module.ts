import { Module } from '@nestjs/common';
import { OrganizationsModule } from '../organizations/index.js';
import { DefaultSecrets } from './default-secrets.js';
import { GrantsService } from './grants.service.js';
import { Passwords } from './passwords.js';
import { SuperadminSeed } from './superadmin.seed.js';
import { UsersController } from './users.controller.js';
import { UsersRepository } from './users.repository.js';
import { UsersService } from './users.service.js';

/** Users of the controller. */
@Module({
  imports: [OrganizationsModule],
  controllers: [UsersController],
  providers: [UsersService, UsersRepository, GrantsService, Passwords, SuperadminSeed, DefaultSecrets],
  exports: [UsersRepository, GrantsService, Passwords, DefaultSecrets],
})
export class UsersModule {}
