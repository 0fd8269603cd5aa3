import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** Tells whether the database has the schema of this code. */
@Injectable()
export class SchemaProbe {
  private isKnown = false;

  constructor(private readonly dataSource: DataSource) {}

  /** True if no migration is missing. Cached once true, because a schema does not go back under a running process. */
  async isMigrated(): Promise<boolean> {
    this.isKnown ||= !(await this.dataSource.showMigrations());
    return this.isKnown;
  }
}
