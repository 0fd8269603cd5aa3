import { Module } from '@nestjs/common';
import { ConfigurationRepository } from './configuration.repository.js';
import { ControllerConfigFile } from './controller-config.file.js';

/** The configuration of the fleet, and its document on disk. */
@Module({ providers: [ControllerConfigFile, ConfigurationRepository], exports: [ControllerConfigFile] })
export class ConfigurationModule {}
