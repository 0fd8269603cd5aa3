import { Body, Controller, Get, Param, Post, Put, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { Message, Page } from '@moolai/contracts';
import { MessageDto, MessageListQueryDto, SendMessageDto, SetMessageStatusDto } from '@moolai/dtos';
import { CurrentPrincipal, CurrentScope, Requires } from '../../platform/access/access.decorators.js';
import type { Principal } from '../../platform/access/principal.js';
import type { Scope } from '../../platform/access/scope.js';
import { IdPipe } from '../../platform/http/id.pipe.js';
import { WideIdPipe } from '../../platform/http/numeric-id.pipe.js';
import { ApiData, ApiErrors, ApiIdParam, ApiPage } from '../../platform/http/swagger.js';
import { ApiIdempotencyKey, CurrentRequestKey, type RequestKey } from '../idempotency/index.js';
import { MessagesService } from './messages.service.js';

@ApiTags('messages')
@Controller('internal')
export class MessagesController {
  constructor(private readonly messages: MessagesService) {}

  @Post('orchestrators/:id/messages')
  @Requires('messages:write')
  @ApiOperation({
    summary: 'Send a message to an orchestrator',
    description:
      'The message is stored, then delivered at least once and in order, now or when the orchestrator reconnects. `id` is ' +
      'the `message_id` on the WebSocket, by which the orchestrator recognizes repetitions.',
  })
  @ApiIdParam('orch-001')
  @ApiData(MessageDto, { created: true })
  @ApiIdempotencyKey()
  @ApiErrors('not_found', 'validation_error', 'conflict')
  sendMessage(
    @Param('id', IdPipe) id: string,
    @Body() body: SendMessageDto,
    @CurrentPrincipal() principal: Principal,
    @CurrentRequestKey() requestKey: RequestKey | undefined,
  ): Promise<Message> {
    return this.messages.send(id, body, principal, requestKey);
  }

  @Get('messages')
  @Requires('fleet:read')
  @ApiOperation({
    summary: 'List messages',
    description: 'In both directions, newest first unless sorted otherwise.',
  })
  @ApiPage(MessageDto)
  @ApiErrors('validation_error')
  listMessages(@Query() query: MessageListQueryDto, @CurrentScope() scope: Scope): Promise<Page<Message>> {
    return this.messages.list(query, scope);
  }

  @Get('messages/:id')
  @Requires('fleet:read')
  @ApiOperation({ summary: 'Get one message', description: 'With its content and what became of it.' })
  @ApiParam({ name: 'id', schema: { type: 'integer', format: 'int64', example: 42 } })
  @ApiData(MessageDto)
  @ApiErrors('not_found', 'validation_error')
  getMessage(@Param('id', WideIdPipe) id: number, @CurrentScope() scope: Scope): Promise<Message> {
    return this.messages.get(id, scope);
  }

  @Put('messages/:id/status')
  @Requires('messages:write')
  @ApiOperation({
    summary: 'Change the status of a message',
    description:
      'Cancels a pending message, or acknowledges or dismisses a received one. A message set to `sent` by ' +
      'hand awaits an acknowledgement like any other: it is sent again and can expire. 409 for a transition that ' +
      'the state machine forbids.',
  })
  @ApiParam({ name: 'id', schema: { type: 'integer', format: 'int64', example: 42 } })
  @ApiData(MessageDto)
  @ApiErrors('not_found', 'validation_error', 'conflict')
  setMessageStatus(
    @Param('id', WideIdPipe) id: number,
    @Body() { status }: SetMessageStatusDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<Message> {
    return this.messages.setStatus(id, status, principal);
  }
}
