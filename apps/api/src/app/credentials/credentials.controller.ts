import { Controller, Delete, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { CredentialRevocation, CredentialRotation, QuarantineRelease } from '@moolai/contracts';
import { CredentialRevocationDto, CredentialRotationDto, QuarantineReleaseDto } from '@moolai/dtos';
import { CurrentPrincipal, Requires } from '../../platform/access/access.decorators.js';
import type { Principal } from '../../platform/access/principal.js';
import { IdPipe } from '../../platform/http/id.pipe.js';
import { ApiData, ApiErrors, ApiIdParam } from '../../platform/http/swagger.js';
import { CredentialsService } from './credentials.service.js';

@ApiTags('credentials')
@Controller('internal/orchestrators')
export class CredentialsController {
  constructor(private readonly credentials: CredentialsService) {}

  @Post(':id/credentials/rotate')
  @HttpCode(200)
  @Requires('orchestrators:manage')
  @ApiOperation({
    summary: 'Rotate the credential of an orchestrator',
    description:
      'Offers a new credential on the connection, or with the next registration. The current one stays valid until ' +
      'the new one is used. Only the orchestrator receives it.',
  })
  @ApiIdParam('orch-001')
  @ApiData(CredentialRotationDto)
  @ApiErrors('not_found', 'validation_error', 'conflict')
  rotateCredential(
    @Param('id', IdPipe) id: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<CredentialRotation> {
    return this.credentials.rotate(id, principal);
  }

  @Delete(':id/credentials')
  @Requires('orchestrators:manage')
  @ApiOperation({
    summary: 'Revoke the credential of an orchestrator',
    description:
      'Closes the connection with 4401. Only an enrolment token created afterwards admits it again.',
  })
  @ApiIdParam('orch-001')
  @ApiData(CredentialRevocationDto)
  @ApiErrors('not_found', 'validation_error', 'conflict')
  revokeCredential(
    @Param('id', IdPipe) id: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<CredentialRevocation> {
    return this.credentials.revoke(id, principal);
  }

  @Post(':id/quarantine/release')
  @HttpCode(200)
  @Requires('orchestrators:manage')
  @ApiOperation({
    summary: 'Release an orchestrator from quarantine',
    description: 'It may register again. Returns the quarantine that ended.',
  })
  @ApiIdParam('orch-001')
  @ApiData(QuarantineReleaseDto)
  @ApiErrors('not_found', 'validation_error', 'conflict')
  releaseFromQuarantine(
    @Param('id', IdPipe) id: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<QuarantineRelease> {
    return this.credentials.release(id, principal);
  }
}
