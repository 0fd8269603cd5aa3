import type { JsonObject } from '@moolai/contracts';
import { Column, Entity, PrimaryColumn, UpdateDateColumn } from 'typeorm';

/** The one row of `fleet_configuration`: what applies to every orchestrator. */
@Entity('fleet_configuration')
export class FleetConfigurationEntity {
  @PrimaryColumn({ name: 'id', type: 'smallint', primaryKeyConstraintName: 'fleet_configuration_pkey' })
  id: number;

  @Column({ name: 'defaults', type: 'jsonb', default: {} })
  defaults: JsonObject;

  @UpdateDateColumn({ name: 'updated_at', type: 'timestamptz' })
  updatedAt: Date;
}
