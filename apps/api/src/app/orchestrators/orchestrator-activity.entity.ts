import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * Frequently changing columns that lists sort by, in a narrow row for each row of `orchestrator_instances`, maintained
 * by its triggers (docs/adr/0012): narrow indexes are cheap to write.
 */
@Entity('orchestrator_activity')
@Index('orchestrator_activity_last_seen_idx', { synchronize: false })
@Index('orchestrator_activity_last_activity_idx', { synchronize: false })
@Index('orchestrator_activity_updated_at_idx', ['updatedAt', 'orchestratorId'])
export class OrchestratorActivityEntity {
  @PrimaryColumn({
    name: 'id',
    type: 'integer',
    primaryKeyConstraintName: 'orchestrator_activity_pkey',
  })
  id: number;

  @Column({ name: 'orchestrator_id', type: 'varchar', length: 50 })
  orchestratorId: string;

  @Column({ name: 'last_seen', type: 'timestamptz', nullable: true })
  lastSeen: Date | null;

  @Column({ name: 'last_activity', type: 'timestamptz', nullable: true })
  lastActivity: Date | null;

  @Column({ name: 'updated_at', type: 'timestamptz' })
  updatedAt: Date;
}
