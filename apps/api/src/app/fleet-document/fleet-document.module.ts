import { Module } from '@nestjs/common';
import { ConfigurationHistoryModule } from '../configuration-history/index.js';
import { ConfigurationModule } from '../configuration/index.js';
import { ControllerConfigController } from './controller-config.controller.js';
import { ControllerConfigFile } from './controller-config.file.js';
import { ControllerConfigRepository } from './controller-config.repository.js';
import { ControllerConfigService } from './controller-config.service.js';
import { DocumentOnDisk } from './document-on-disk.js';

/** The document of the whole fleet, `controller_config.json`: REST, and the file on disk. */
@Module({
  imports: [ConfigurationModule, ConfigurationHistoryModule],
  controllers: [ControllerConfigController],
  providers: [ControllerConfigService, ControllerConfigFile, ControllerConfigRepository, DocumentOnDisk],
  exports: [ControllerConfigFile],
})
export class FleetDocumentModule {}
