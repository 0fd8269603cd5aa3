import { Controller, Get, Headers, type OnModuleDestroy, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AccessWatch, concerns } from '../../platform/access/access-watch.js';
import { CurrentPrincipal, Requires } from '../../platform/access/access.decorators.js';
import type { Principal } from '../../platform/access/principal.js';
import { isInScope } from '../../platform/access/scope.js';
import { Clock } from '../../platform/clock/clock.js';
import { AppError } from '../../platform/errors/app-error.js';
import { ApiErrors } from '../../platform/http/swagger.js';
import { EventStream } from './event-stream.js';
import { FleetEvents } from './fleet-events.js';

/** Each reader costs a socket and a share of every event. */
const MAX_STREAMS = 500;
/** Also a stream whose credentials never end is checked now and then, when its reader comes back. */
const LONGEST_LIFE_MS = 24 * 60 * 60 * 1000;

@ApiTags('events')
@ApiBearerAuth()
@Controller('controller/events')
export class EventsController implements OnModuleDestroy {
  private readonly streams = new Set<EventStream>();

  constructor(
    private readonly events: FleetEvents,
    private readonly watch: AccessWatch,
    private readonly clock: Clock,
  ) {}

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
    @CurrentPrincipal() principal: Principal,
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
      (organizationId) => isInScope(principal.scope, organizationId),
      lastEventId,
    );
    this.streams.add(stream);
    const release = this.endWithCredentials(stream, principal);
    raw.once('close', () => {
      this.streams.delete(stream);
      release();
    });
  }

  onModuleDestroy(): void {
    for (const stream of this.streams) stream.end();
  }

  /** A stream lasts no longer than the rights that it was opened with; the reader comes back with new ones. */
  private endWithCredentials(stream: EventStream, principal: Principal): () => void {
    const { expiresAtMs } = principal;
    const lifeMs = expiresAtMs === null ? LONGEST_LIFE_MS : expiresAtMs - this.clock.nowMs();
    const timer = setTimeout(() => stream.end(), Math.min(lifeMs, LONGEST_LIFE_MS));
    const unsubscribe = this.watch.onChange((change) => {
      if (concerns(change, principal)) stream.end();
    });
    return () => {
      clearTimeout(timer);
      unsubscribe();
    };
  }
}
