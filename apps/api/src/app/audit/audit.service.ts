import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { AuditEntry, AuditFilter, AuditVerification, Page } from '@moolai/contracts';
import type { AuditExportQueryDto, AuditQueryDto } from '@moolai/dtos';
import type { Scope } from '../../platform/access/scope.js';
import { toAuditEntry } from './audit-entry.mapper.js';
import { exportStream } from './audit-export.js';
import { AuditRepository } from './audit.repository.js';

/** An export to be read, and the head of the chain when it began. */
export interface AuditExport {
  content: Readable;
  head: AuditVerification['head'];
}

/** Reads the audit log: single pages, and exports. */
@Injectable()
export class AuditService {
  constructor(private readonly repository: AuditRepository) {}

  async list(query: AuditQueryDto, scope: Scope): Promise<Page<AuditEntry>> {
    const { rows, total } = await this.repository.list(query, scope);
    return { items: rows.map(toAuditEntry), total, page: query.page, page_size: query.page_size };
  }

  /** Exports all current matching entries, oldest first. */
  async export({ format, ...filter }: AuditExportQueryDto, scope: Scope): Promise<AuditExport> {
    const head = await this.repository.head();
    const content = await exportStream(this.batches(filter, scope, head?.position ?? 0), format);
    return { content, head };
  }

  private async *batches(filter: AuditFilter, scope: Scope, upTo: number): AsyncGenerator<AuditEntry[]> {
    for await (const rows of this.repository.walk(filter, scope, upTo)) yield rows.map(toAuditEntry);
  }
}
