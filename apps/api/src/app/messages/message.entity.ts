import type { JsonObject } from '@moolai/contracts';
import { Column, CreateDateColumn, Entity, Index, PrimaryGeneratedColumn, UpdateDateColumn } from 'typeorm';

/** A row of `orchestrator_messages` (HLD 4.1.3), in either direction. */
@Entity('orchestrator_messages')
@Index('orchestrator_messages_orchestrator_id_idx', ['orchestratorId', 'id'])
@Index('orchestrator_messages_status_idx', ['direction', 'status'])
@Index('orchestrator_messages_message_type_idx', ['messageType'])
@Index('orchestrator_messages_client_message_id_key', ['orchestratorId', 'clientMessageId'], {
  unique: true,
  where: '(client_message_id IS NOT NULL)',
})
export class MessageEntity {
  @PrimaryGeneratedColumn({
    name: 'id',
    type: 'integer',
    primaryKeyConstraintName: 'orchestrator_messages_pkey',
  })
  id: number;

  @Column({ name: 'orchestrator_id', type: 'varchar', length: 50 })
  orchestratorId: string;

  @Column({ name: 'direction', type: 'varchar', length: 20 })
  direction: 'to_orchestrator' | 'from_orchestrator';

  @Column({ name: 'message_type', type: 'varchar', length: 50 })
  messageType: string;

  @Column({ name: 'message_content', type: 'jsonb' })
  messageContent: JsonObject;

  @Column({ name: 'status', type: 'varchar', length: 20, default: 'pending' })
  status: string;

  @Column({ name: 'attempts', type: 'integer', default: 0 })
  attempts: number;

  /** The orchestrator's own key of the message: the same one again is stored once. */
  @Column({ name: 'client_message_id', type: 'varchar', length: 255, nullable: true })
  clientMessageId: string | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;

  @UpdateDateColumn({ name: 'updated_at', type: 'timestamptz' })
  updatedAt: Date;
}
