import {
  ID_PATTERN,
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
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsNumber, IsOptional, Matches, Max, Min } from 'class-validator';
import { LARGE_INTEGER } from './count-schema.js';
import { ListQueryDto } from './list-query.dto.js';
import { IsStorableObject } from './storable.validator.js';

const CONTENT = {
  type: 'object',
  additionalProperties: true,
  example: { text: 'Maintenance at 22:00 UTC' },
} as const;
const TIME = { format: 'date-time', example: '2026-11-23T20:00:00.000Z' } as const;
const TIME_OR_NULL = { ...TIME, type: String, nullable: true } as const;
const ONE_YEAR_SEC = 31_536_000;
/** A message must fit into a frame, with room for what stands around it. */
const MAX_CONTENT_BYTES = 250 * 1024;

export const MESSAGE_SORTS = MESSAGE_SORT_FIELDS.flatMap((field) => [field, `-${field}`]);

/** Body of a message to an orchestrator. */
export class SendMessageDto implements SendMessageRequest {
  @ApiProperty({ example: 'notice', pattern: ID_PATTERN.source })
  @Matches(ID_PATTERN)
  message_type: string;

  @ApiProperty({ ...CONTENT, description: `At most ${MAX_CONTENT_BYTES} bytes as JSON.` })
  @IsStorableObject({ maxBytes: MAX_CONTENT_BYTES })
  message_content: JsonObject;

  @ApiPropertyOptional({
    minimum: 0.1,
    maximum: ONE_YEAR_SEC,
    example: 3600,
    description: 'Seconds after which it is not worth delivering any more.',
  })
  @IsOptional()
  @IsNumber({ maxDecimalPlaces: 3 })
  @Min(0.1)
  @Max(ONE_YEAR_SEC)
  expires_in_sec?: number;
}

/** Body of a change of a message's state. */
export class SetMessageStatusDto implements SetMessageStatusRequest {
  @ApiProperty({ enum: MESSAGE_STATUSES, example: 'acknowledged' })
  @IsIn(MESSAGE_STATUSES)
  status: MessageStatus;
}

/** Query of the list of messages. */
export class MessageListQueryDto extends ListQueryDto implements MessageListQuery {
  @ApiPropertyOptional({ example: 'orch-001' })
  @IsOptional()
  @Matches(ID_PATTERN)
  orchestrator_id?: string;

  @ApiPropertyOptional({ example: 'org-001' })
  @IsOptional()
  @Matches(ID_PATTERN)
  organization_id?: string;

  @ApiPropertyOptional({ enum: MESSAGE_DIRECTIONS })
  @IsOptional()
  @IsIn(MESSAGE_DIRECTIONS)
  direction?: MessageDirection;

  @ApiPropertyOptional({ example: 'recommendation' })
  @IsOptional()
  @Matches(ID_PATTERN)
  message_type?: string;

  @ApiPropertyOptional({ enum: MESSAGE_STATUSES })
  @IsOptional()
  @IsIn(MESSAGE_STATUSES)
  status?: MessageStatus;

  @ApiPropertyOptional({ enum: MESSAGE_SORTS, default: '-id' })
  @IsOptional()
  @IsIn(MESSAGE_SORTS)
  sort: string = '-id';
}

/** A message in either direction. */
export class MessageDto implements Message {
  @ApiProperty({ ...LARGE_INTEGER, example: 42, description: 'The `message_id` on the WebSocket.' })
  id: number;

  @ApiProperty({ example: 'orch-001' })
  orchestrator_id: string;

  @ApiProperty({ type: String, nullable: true, example: 'org-001' })
  organization_id: string | null;

  @ApiProperty({ enum: MESSAGE_DIRECTIONS, example: 'to_orchestrator' })
  direction: MessageDirection;

  @ApiProperty({ example: 'notice' })
  message_type: string;

  @ApiProperty(CONTENT)
  message_content: JsonObject;

  @ApiProperty({ enum: MESSAGE_STATUSES, example: 'delivered' })
  status: MessageStatus;

  @ApiProperty({ type: 'integer', example: 1, description: 'How often it was sent.' })
  attempts: number;

  @ApiProperty({ type: String, nullable: true, example: null, description: 'Why it failed.' })
  failure_reason: string | null;

  @ApiProperty(TIME_OR_NULL)
  expires_at: string | null;

  @ApiProperty(TIME_OR_NULL)
  sent_at: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'admin@moolai.local' })
  created_by: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  client_message_id: string | null;

  @ApiProperty(TIME)
  created_at: string;

  @ApiProperty(TIME)
  updated_at: string;
}
