import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * Columns that lists search and sort by, in a narrow row for each row of `orchestrator_instances`, maintained by its
 * triggers (docs/adr/0012). Heartbeats write nothing here.
 */
@Entity('orchestrator_directory')
@Index('orchestrator_directory_orchestrator_id_idx', { synchronize: false })
@Index('orchestrator_directory_organization_id_idx', ['organizationId', 'orchestratorId'])
@Index('orchestrator_directory_name_idx', ['name', 'orchestratorId'])
@Index('orchestrator_directory_created_at_idx', ['createdAt', 'orchestratorId'])
@Index('orchestrator_directory_version_idx', { synchronize: false })
@Index('orchestrator_directory_is_independent_idx', { synchronize: false })
@Index('orchestrator_directory_labels_idx', { synchronize: false })
@Index('orchestrator_directory_search_idx', { synchronize: false })
export class OrchestratorDirectoryEntity {
  @PrimaryColumn({
    name: 'id',
    type: 'integer',
    primaryKeyConstraintName: 'orchestrator_directory_pkey',
  })
  id: number;

  @Column({ name: 'orchestrator_id', type: 'varchar', length: 50 })
  orchestratorId: string;

  @Column({ name: 'organization_id', type: 'varchar', length: 50 })
  organizationId: string;

  @Column({ name: 'name', type: 'varchar', length: 255 })
  name: string;

  @Column({ name: 'version', type: 'varchar', length: 100, nullable: true })
  version: string | null;

  @Column({ name: 'labels', type: 'jsonb' })
  labels: Record<string, string>;

  @Column({ name: 'is_independent', type: 'boolean' })
  isIndependent: boolean;

  @Column({ name: 'is_quarantined', type: 'boolean' })
  isQuarantined: boolean;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;

  /** Id and name in lower case, compared byte by byte. */
  @Column({ name: 'search_text', type: 'text', collation: 'C' })
  searchText: string;
}
