import type { JsonObject } from '@moolai/contracts';
import { Column, Entity, PrimaryColumn, UpdateDateColumn } from 'typeorm';

/** The one row of `fleet_configuration`, which applies to all orchestrators. */
@Entity('fleet_configuration')
export class FleetConfigurationEntity {
  @PrimaryColumn({ name: 'id', type: 'smallint', primaryKeyConstraintName: 'fleet_configuration_pkey' })
  id: number;

  @Column({ name: 'defaults', type: 'jsonb', default: {} })
  defaults: JsonObject;

  /** JSON Schemas for parts of every effective configuration. */
  @Column({ name: 'schemas', type: 'jsonb', default: {} })
  schemas: JsonObject;

  @Column({ name: 'revision', type: 'integer', default: 0 })
  revision: number;

  @UpdateDateColumn({ name: 'updated_at', type: 'timestamptz' })
  updatedAt: Date;
}
