import type { JsonObject, MessageDirection, MessageStatus } from '@moolai/contracts';
import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  Index,
  PrimaryGeneratedColumn,
  UpdateDateColumn,
} from 'typeorm';

/** A row of `orchestrator_messages` (HLD 4.1.3), in either direction. */
@Entity('orchestrator_messages')
@Index('orchestrator_messages_orchestrator_id_idx', ['orchestratorId', 'id'])
@Index('orchestrator_messages_organization_id_idx', ['organizationId', 'id'])
@Index('orchestrator_messages_status_idx', ['direction', 'status'])
@Index('orchestrator_messages_message_type_idx', ['messageType'])
@Index('orchestrator_messages_created_at_idx', ['createdAt'])
@Index('orchestrator_messages_outbox_idx', { synchronize: false })
@Index('orchestrator_messages_expiry_idx', { synchronize: false })
@Index('orchestrator_messages_client_message_id_key', ['orchestratorId', 'clientMessageId'], {
  unique: true,
  where: '(client_message_id IS NOT NULL)',
})
@Check(
  'orchestrator_messages_status_check',
  `(direction = 'to_orchestrator'
    AND status IN ('pending', 'sent', 'delivered', 'failed', 'expired', 'cancelled'))
   OR (direction = 'from_orchestrator' AND status IN ('received', 'acknowledged', 'dismissed'))`,
)
export class MessageEntity {
  @PrimaryGeneratedColumn({
    name: 'id',
    type: 'bigint',
    primaryKeyConstraintName: 'orchestrator_messages_pkey',
  })
  id: number;

  @Column({ name: 'orchestrator_id', type: 'varchar', length: 50 })
  orchestratorId: string;

  /** A trigger fills it in for rows inserted by plain SQL. */
  @Column({ name: 'organization_id', type: 'varchar', length: 50, nullable: true })
  organizationId: string | null;

  @Column({ name: 'direction', type: 'varchar', length: 20, default: 'to_orchestrator' })
  direction: MessageDirection;

  @Column({ name: 'message_type', type: 'varchar', length: 50 })
  messageType: string;

  @Column({ name: 'message_content', type: 'jsonb' })
  messageContent: JsonObject;

  @Column({ name: 'status', type: 'varchar', length: 20, default: 'pending' })
  status: MessageStatus;

  /** Number of times it was sent. */
  @Column({ name: 'attempts', type: 'integer', default: 0 })
  attempts: number;

  /** True from sending it until its outcome is known. */
  @Column({ name: 'awaits_ack', type: 'boolean', default: false })
  awaitsAck: boolean;

  /** How often it was the oldest in flight without an answer. */
  @Column({ name: 'unanswered', type: 'integer', default: 0 })
  unanswered: number;

  @Column({ name: 'expires_at', type: 'timestamptz', nullable: true })
  expiresAt: Date | null;

  @Column({ name: 'sent_at', type: 'timestamptz', nullable: true })
  sentAt: Date | null;

  @Column({ name: 'failure_reason', type: 'text', nullable: true })
  failureReason: string | null;

  @Column({ name: 'created_by', type: 'varchar', length: 255, nullable: true })
  createdBy: string | null;

  /** Trace context in which it was stored (W3C Trace Context); null if not traced. */
  @Column({ name: 'traceparent', type: 'varchar', length: 55, nullable: true })
  traceparent: string | null;

  /** The orchestrator's idempotency key: repeated messages are stored once. */
  @Column({ name: 'client_message_id', type: 'varchar', length: 255, nullable: true })
  clientMessageId: string | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;

  @UpdateDateColumn({ name: 'updated_at', type: 'timestamptz' })
  updatedAt: Date;
}
