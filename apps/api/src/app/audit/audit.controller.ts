import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { AuditEntry, AuditVerification, Page } from '@moolai/contracts';
import {
  AuditEntryDto,
  AuditExportQueryDto,
  AuditQueryDto,
  AuditVerificationDto,
  AuditVerifyQueryDto,
} from '@moolai/dtos';
import type { FastifyReply } from 'fastify';
import { CurrentScope, Requires } from '../../platform/access/access.decorators.js';
import type { Scope } from '../../platform/access/scope.js';
import { ApiData, ApiErrors, ApiPage } from '../../platform/http/swagger.js';
import { exportType } from './audit-export.js';
import { AuditVerifier } from './audit-verifier.js';
import { AuditService } from './audit.service.js';

@ApiTags('audit')
@Controller('internal/audit')
export class AuditController {
  constructor(
    private readonly audit: AuditService,
    private readonly verifier: AuditVerifier,
  ) {}

  @Get()
  @Requires('audit:read')
  @ApiOperation({
    summary: 'List changes',
    description:
      'Actor, change, address and time, with the changed fields before and after, newest first unless ' +
      'sorted otherwise. Secrets are masked. Changes to the whole fleet are only visible to callers who see all of it.',
  })
  @ApiPage(AuditEntryDto)
  @ApiErrors('validation_error')
  listAuditEntries(@Query() query: AuditQueryDto, @CurrentScope() scope: Scope): Promise<Page<AuditEntry>> {
    return this.audit.list(query, scope);
  }

  @Get('export')
  @Requires('audit:read')
  @ApiOperation({
    summary: 'Export changes',
    description:
      'All matching entries, oldest first, as JSON lines or as CSV whose cells no spreadsheet evaluates as formulas. ' +
      'The CSV is UTF-8 with a byte order mark. ' +
      'For callers who see the whole fleet, the header `X-Audit-Head` contains the end of the chain, `<position>:<hash>`.',
  })
  @ApiOkResponse({
    description: 'A file.',
    content: {
      'application/jsonl': {
        schema: { type: 'string' },
        example: '{"position":1,"action":"user.created"}\n',
      },
      'text/csv': {
        schema: { type: 'string' },
        example: 'position,at,action\r\n1,2026-11-23T20:00:00.000Z,…\r\n',
      },
    },
  })
  @ApiErrors('validation_error')
  async exportAudit(
    @Query() query: AuditExportQueryDto,
    @CurrentScope() scope: Scope,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { content, head } = await this.audit.export(query, scope);
    // The position shows how much has been recorded for all organizations.
    if (head && scope === null) void reply.header('x-audit-head', `${head.position}:${head.hash}`);
    void reply
      .header('content-type', exportType(query.format))
      .header('content-disposition', `attachment; filename="audit.${query.format}"`)
      .header('cache-control', 'no-store')
      .send(content);
  }

  @Get('verify')
  @Requires('fleet:manage')
  @ApiOperation({
    summary: 'Check the chain of changes',
    description:
      'Recomputes every hash and returns the first position that was altered. Given the position and hash of a ' +
      'head noted earlier, it also detects an end that was cut off or rewritten.',
  })
  @ApiData(AuditVerificationDto)
  @ApiErrors('validation_error')
  verifyAudit(@Query() query: AuditVerifyQueryDto): Promise<AuditVerification> {
    return this.verifier.verify(query);
  }
}
