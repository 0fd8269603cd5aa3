import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** What an instance reports about itself with each renewal. */
export interface InstanceFigures {
  connections: number;
  registered: number;
  isDraining: boolean;
}

/** One start of a controller. Times are those of the database, because clocks of machines differ. */
export interface StartRow {
  startId: number;
  instanceId: string;
  version: string;
  startedAt: Date;
  heardAt: Date;
  connections: number;
  registered: number;
  isDraining: boolean;
  /** Null while it lives. */
  endedAt: Date | null;
  /** It ended because its lease was over, not by a shutdown. */
  wasLost: boolean;
  isScheduler: boolean;
}

/** Starts are removed after this time; nothing is expected of their orchestrators any more. */
const KEPT = "interval '1 day'";

/** SQL of the instances' leases. All times come from the clock of the database. */
@Injectable()
export class InstancesRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Records a start with a lease; returns its id. Removes starts that no longer matter. */
  async begin(instanceId: string, version: string, leaseMs: number, ttlMs: number): Promise<number> {
    const [row] = await this.dataSource.query<[{ id: string }]>(
      `INSERT INTO controller_starts (instance_id, version, heard_at, lease_until)
       VALUES ($1, $2, now(), now() + make_interval(secs => $3)) RETURNING id`,
      [instanceId, version, leaseMs / 1_000],
    );
    await this.dataSource.query(
      `DELETE FROM controller_starts
       WHERE ended_at < now() - ${KEPT} - make_interval(secs => $1) AND started_at < now() - ${KEPT}`,
      [ttlMs / 1_000],
    );
    return Number(row.id);
  }

  /** Renews a lease; false if it has ended: others declared this instance lost. */
  async renew(startId: number, leaseMs: number, figures: InstanceFigures): Promise<boolean> {
    const [, count] = await this.dataSource.query<[unknown, number]>(
      `UPDATE controller_starts SET heard_at = now(), lease_until = now() + make_interval(secs => $2),
         connections = $3, registered = $4, is_draining = $5
       WHERE id = $1 AND ended_at IS NULL`,
      [startId, leaseMs / 1_000, figures.connections, figures.registered, figures.isDraining],
    );
    return count === 1;
  }

  /** Ends a start by a shutdown. */
  async end(startId: number): Promise<void> {
    await this.dataSource.query(
      `UPDATE controller_starts SET ended_at = now(), connections = 0, registered = 0 WHERE id = $1 AND ended_at IS NULL`,
      [startId],
    );
  }

  /** Ends all other starts: this process has the database to itself. */
  async endOthers(startId: number): Promise<void> {
    await this.dataSource.query(
      `UPDATE controller_starts SET ended_at = least(now(), coalesce(heard_at, now())), was_lost = true
       WHERE id <> $1 AND ended_at IS NULL`,
      [startId],
    );
  }

  /** Declares starts lost whose leases are over; an instance that comes back cannot renew its lease any more. */
  async endLost(startId: number): Promise<void> {
    await this.dataSource.query(
      `UPDATE controller_starts SET ended_at = lease_until, was_lost = true
       WHERE id <> $1 AND ended_at IS NULL AND lease_until < now()`,
      [startId],
    );
  }

  /** Makes this start the scheduler if there is none; the term grows with each change. */
  async electScheduler(startId: number): Promise<void> {
    await this.dataSource.query(
      `UPDATE controller_fleet f SET scheduler_start = $1, scheduler_term = scheduler_term + 1
       WHERE scheduler_start IS DISTINCT FROM $1 AND NOT EXISTS (
         SELECT 1 FROM controller_starts s WHERE s.id = f.scheduler_start AND s.ended_at IS NULL AND NOT s.is_draining)`,
      [startId],
    );
  }

  /** Announces a text to all instances that listen. */
  async notify(channel: string, text: string): Promise<void> {
    await this.dataSource.query('SELECT pg_notify($1, $2)', [channel, text]);
  }

  /** Starts that live or ended within the last `seconds`, oldest first. */
  async recent(seconds: number): Promise<StartRow[]> {
    const rows = await this.dataSource.query<(Omit<StartRow, 'startId'> & { startId: string })[]>(
      `SELECT s.id AS "startId", instance_id AS "instanceId", version, started_at AS "startedAt", heard_at AS "heardAt",
         connections, registered, is_draining AS "isDraining", ended_at AS "endedAt", was_lost AS "wasLost",
         s.id IS NOT DISTINCT FROM f.scheduler_start AS "isScheduler"
       FROM controller_starts s CROSS JOIN controller_fleet f
       WHERE instance_id IS NOT NULL AND (ended_at IS NULL OR ended_at > now() - make_interval(secs => $1))
       ORDER BY s.id`,
      [seconds],
    );
    return rows.map((row) => ({ ...row, startId: Number(row.startId) }));
  }
}
