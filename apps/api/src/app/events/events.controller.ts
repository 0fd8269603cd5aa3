import { Controller, Get, Headers, type OnModuleDestroy, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CurrentPrincipal, Requires } from '../../platform/access/access.decorators.js';
import type { Principal } from '../../platform/access/principal.js';
import { isInScope } from '../../platform/access/scope.js';
import { AppError } from '../../platform/errors/app-error.js';
import { ApiErrors } from '../../platform/http/swagger.js';
import { EventStream } from './event-stream.js';
import { FleetEvents } from './fleet-events.js';

/** Each reader costs a socket and a share of every event. */
const MAX_STREAMS = 500;

@ApiTags('events')
@ApiBearerAuth()
@Controller('controller/events')
export class EventsController implements OnModuleDestroy {
  private readonly streams = new Set<EventStream>();

  constructor(private readonly events: FleetEvents) {}

  @Get()
  @Requires('fleet:read')
  @ApiOperation({
    summary: 'Follow the fleet live',
    description:
      'Server-sent events. Each has the name of its type and a `FleetEvent` as data; heartbeats come as one ' +
      '`orchestrator.heartbeat` a second for the whole fleet. `Last-Event-ID` resumes; when that is not possible ' +
      'any more, `resync` says that everything must be loaded again.',
  })
  @ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    schema: { type: 'string', example: '5f3a9c01d2e4-1042' },
  })
  @ApiOkResponse({
    description: 'A stream that does not end by itself.',
    content: {
      'text/event-stream': {
        schema: { type: 'string' },
        example:
          'id: 5f3a9c01d2e4-1043\nevent: orchestrator.status\ndata: {"type":"orchestrator.status","orchestrator_id":"orch-001","data":{"status":"inactive"}}\n\n',
      },
    },
  })
  @ApiErrors()
  stream(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @CurrentPrincipal() { scope }: Principal,
    @Headers('last-event-id') lastEventId: string | undefined,
  ): void {
    if (this.streams.size >= MAX_STREAMS) {
      throw new AppError('unavailable', 'Too many live streams are open; try again later.');
    }
    const { raw } = reply;
    raw.setHeader('x-request-id', request.id);
    reply.hijack();
    const stream = new EventStream(
      raw,
      this.events,
      (organizationId) => isInScope(scope, organizationId),
      lastEventId,
    );
    this.streams.add(stream);
    raw.once('close', () => this.streams.delete(stream));
  }

  onModuleDestroy(): void {
    for (const stream of this.streams) stream.end();
  }
}
