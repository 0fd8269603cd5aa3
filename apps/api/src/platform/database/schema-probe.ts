import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** Says whether the database has the schema that this code was written for. */
@Injectable()
export class SchemaProbe {
  private isKnown = false;

  constructor(private readonly dataSource: DataSource) {}

  /** True when no migration is missing. Asked until it was true once: a schema does not go back under a process. */
  async isMigrated(): Promise<boolean> {
    this.isKnown ||= !(await this.dataSource.showMigrations());
    return this.isKnown;
  }
}
