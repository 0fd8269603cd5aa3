import { Module } from '@nestjs/common';
import { ConfigurationModule } from '../configuration/index.js';
import { LiveStateModule } from '../live-state/index.js';
import { OrganizationsAdminController } from './organizations-admin.controller.js';
import { OrganizationsController } from './organizations.controller.js';
import { OrganizationsRepository } from './organizations.repository.js';
import { OrganizationsService } from './organizations.service.js';

/** Organizations (tenants). */
@Module({
  imports: [ConfigurationModule, LiveStateModule],
  controllers: [OrganizationsController, OrganizationsAdminController],
  providers: [OrganizationsService, OrganizationsRepository],
  exports: [OrganizationsService],
})
export class OrganizationsModule {}
