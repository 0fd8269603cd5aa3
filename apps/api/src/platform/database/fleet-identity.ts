import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

const NAME_BYTES = 6;
/** The cluster and the database in it. A standby that was promoted, and a server that was restarted, keep both. */
const IDENTITY = `
  SELECT system_identifier::text || ' ' || (SELECT oid FROM pg_database WHERE datname = current_database()) AS identity
  FROM pg_control_system()`;
/** Without the right to read it: fleets with equal names on different servers then need different Redis databases. */
const NAME = 'SELECT current_database() AS identity';

/** SQLSTATEs of a role without the right, and of a service without the function. */
const NOT_READABLE = new Set(['42501', '42883']);

/** What all controllers of one database have in common, and no others. */
@Injectable()
export class FleetIdentity {
  constructor(private readonly dataSource: DataSource) {}

  /** A short name of the fleet, for keys in what it shares with other fleets. */
  async name(): Promise<string> {
    const [row] = await this.ask(IDENTITY).catch((error: unknown) => {
      // After any other failure this controller would have a name of its own.
      if (!NOT_READABLE.has((error as { code?: string }).code ?? '')) throw error;
      return this.ask(NAME);
    });
    const bytes = createHash('sha256')
      .update(row?.identity ?? '')
      .digest();
    return bytes.toString('hex', 0, NAME_BYTES);
  }

  private ask(statement: string): Promise<{ identity: string }[]> {
    return this.dataSource.query(statement);
  }
}
