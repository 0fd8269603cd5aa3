import { Controller, Get, HttpCode, HttpStatus, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Backups } from '@moolai/contracts';
import { BackupsDto } from '@moolai/dtos';
import { CurrentPrincipal, Requires } from '../../platform/access/access.decorators.js';
import type { Principal } from '../../platform/access/principal.js';
import { ApiData, ApiErrors } from '../../platform/http/swagger.js';
import { BackupsService } from './backups.service.js';

@ApiTags('backups')
@Controller('internal/backups')
export class BackupsController {
  constructor(private readonly backups: BackupsService) {}

  @Get()
  @Requires('fleet:manage')
  @ApiOperation({
    summary: 'List backups',
    description:
      'The backups in `BACKUP_DIR`, newest first, whether each was verified, and when the next one is due.',
  })
  @ApiData(BackupsDto)
  @ApiErrors()
  listBackups(): Promise<Backups> {
    return this.backups.overview();
  }

  @Post()
  @HttpCode(HttpStatus.ACCEPTED)
  @Requires('fleet:manage')
  @ApiOperation({
    summary: 'Start a backup',
    description:
      'Answers immediately; `running` in the list shows when it is done. No second backup starts while one is being made.',
  })
  @ApiData(BackupsDto, { accepted: true })
  @ApiErrors('conflict')
  startBackup(@CurrentPrincipal() principal: Principal): Promise<Backups> {
    return this.backups.start(principal);
  }
}
