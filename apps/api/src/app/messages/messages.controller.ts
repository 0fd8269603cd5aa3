import { Body, Controller, Get, Param, Post, Put, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { Message, Page } from '@moolai/contracts';
import { MessageDto, MessageListQueryDto, SendMessageDto, SetMessageStatusDto } from '@moolai/dtos';
import { IdPipe } from '../../platform/http/id.pipe.js';
import { NumericIdPipe } from '../../platform/http/numeric-id.pipe.js';
import { ApiData, ApiErrors, ApiPage } from '../../platform/http/swagger.js';
import { CurrentPrincipal, type Principal } from '../auth/index.js';
import { MessagesService } from './messages.service.js';

@ApiTags('messages')
@ApiBearerAuth()
@Controller('internal')
export class MessagesController {
  constructor(private readonly messages: MessagesService) {}

  @Post('orchestrators/:id/messages')
  @ApiOperation({
    summary: 'Send a message to an orchestrator',
    description:
      'It is stored, then delivered at least once and in order, now or when the orchestrator comes back. `id` is ' +
      'the `message_id` on the WebSocket and its idempotency key.',
  })
  @ApiParam({ name: 'id', example: 'orch-001' })
  @ApiData(MessageDto, { created: true })
  @ApiErrors('not_found', 'validation_error')
  send(
    @Param('id', IdPipe) id: string,
    @Body() body: SendMessageDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<Message> {
    return this.messages.send(id, body, principal.email);
  }

  @Get('messages')
  @ApiOperation({
    summary: 'List messages',
    description: 'In both directions, newest first unless sorted otherwise.',
  })
  @ApiPage(MessageDto)
  @ApiErrors('validation_error')
  list(@Query() query: MessageListQueryDto): Promise<Page<Message>> {
    return this.messages.list(query);
  }

  @Get('messages/:id')
  @ApiOperation({ summary: 'Read one message', description: 'With its content and what became of it.' })
  @ApiParam({ name: 'id', schema: { type: 'integer', example: 42 } })
  @ApiData(MessageDto)
  @ApiErrors('not_found', 'validation_error')
  get(@Param('id', NumericIdPipe) id: number): Promise<Message> {
    return this.messages.get(id);
  }

  @Put('messages/:id/status')
  @ApiOperation({
    summary: 'Change the state of a message',
    description:
      'Cancel one that is pending, or acknowledge or dismiss one that was received. 409 for a transition that the ' +
      'state machine forbids.',
  })
  @ApiParam({ name: 'id', schema: { type: 'integer', example: 42 } })
  @ApiData(MessageDto)
  @ApiErrors('not_found', 'validation_error', 'conflict')
  setStatus(
    @Param('id', NumericIdPipe) id: number,
    @Body() { status }: SetMessageStatusDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<Message> {
    return this.messages.setStatus(id, status, principal.email);
  }
}
