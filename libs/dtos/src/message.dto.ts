import {
  MESSAGE_DIRECTIONS,
  MESSAGE_SORT_FIELDS,
  MESSAGE_STATUSES,
  type JsonObject,
  type Message,
  type MessageDirection,
  type MessageListQuery,
  type MessageStatus,
  type SendMessageRequest,
  type SetMessageStatusRequest,
} from '@moolai/contracts';
import { ListQueryDto } from './list-query.dto.js';
import {
  DecimalField,
  EnumField,
  IdField,
  IntegerField,
  JsonObjectField,
  TextField,
  TimeField,
} from './fields/index.js';

const CONTENT = {
  example: { text: 'Maintenance at 22:00 UTC' },
} as const;
const ONE_YEAR_SEC = 31_536_000;
/** A message must fit into one frame together with its envelope. */
const MAX_CONTENT_BYTES = 250 * 1024;

export const MESSAGE_SORTS = MESSAGE_SORT_FIELDS.flatMap((field) => [field, `-${field}`]);

/** Body of a message to an orchestrator. */
export class SendMessageDto implements SendMessageRequest {
  @IdField({ example: 'notice' })
  message_type: string;

  @JsonObjectField({
    ...CONTENT,
    maxBytes: MAX_CONTENT_BYTES,
    description: `At most ${MAX_CONTENT_BYTES} bytes as JSON.`,
  })
  message_content: JsonObject;

  @DecimalField({
    optional: true,
    nullIsAbsent: true,
    min: 0.1,
    max: ONE_YEAR_SEC,
    decimals: 3,
    example: 3600,
    description: 'Lifetime in seconds; an undelivered message then expires.',
  })
  expires_in_sec?: number;
}

/** Body of a change to a message's status. */
export class SetMessageStatusDto implements SetMessageStatusRequest {
  @EnumField(MESSAGE_STATUSES, { example: 'acknowledged' })
  status: MessageStatus;
}

/** Query of the list of messages. */
export class MessageListQueryDto extends ListQueryDto implements MessageListQuery {
  @IdField({ optional: true, example: 'orch-001' })
  orchestrator_id?: string;

  @IdField({ optional: true, example: 'org-001' })
  organization_id?: string;

  @EnumField(MESSAGE_DIRECTIONS, { optional: true })
  direction?: MessageDirection;

  @IdField({ optional: true, example: 'recommendation' })
  message_type?: string;

  @EnumField(MESSAGE_STATUSES, { optional: true })
  status?: MessageStatus;

  @EnumField(MESSAGE_SORTS, { optional: true, default: '-id' })
  sort: string = '-id';
}

/** A message in either direction. */
export class MessageDto implements Message {
  @IntegerField({ large: true, example: 42, description: 'The `message_id` on the WebSocket.' })
  id: number;

  @IdField({ example: 'orch-001' })
  orchestrator_id: string;

  @IdField({ nullable: true, example: 'org-001' })
  organization_id: string | null;

  @EnumField(MESSAGE_DIRECTIONS, { example: 'to_orchestrator' })
  direction: MessageDirection;

  @IdField({ example: 'notice' })
  message_type: string;

  @JsonObjectField(CONTENT)
  message_content: JsonObject;

  @EnumField(MESSAGE_STATUSES, { example: 'delivered' })
  status: MessageStatus;

  @IntegerField({ example: 1, description: 'Number of times it was sent.' })
  attempts: number;

  @TextField({ nullable: true, example: null, description: 'Why delivery failed.' })
  failure_reason: string | null;

  @TimeField({ nullable: true })
  expires_at: string | null;

  @TimeField({ nullable: true })
  sent_at: string | null;

  @TextField({ nullable: true, example: 'admin@moolai.local' })
  created_by: string | null;

  @TextField({ nullable: true, example: null })
  client_message_id: string | null;

  @TimeField()
  created_at: string;

  @TimeField()
  updated_at: string;
}
