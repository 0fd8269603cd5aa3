import {
  Controller,
  Get,
  Headers,
  Inject,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
  Req,
  Res,
} from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AccessWatch, concerns } from '../../platform/access/access-watch.js';
import { CurrentPrincipal, Requires } from '../../platform/access/access.decorators.js';
import type { Principal } from '../../platform/access/principal.js';
import { isInScope } from '../../platform/access/scope.js';
import { Clock } from '../../platform/clock/clock.js';
import { ApiError, ApiErrors } from '../../platform/http/swagger.js';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { Recurring } from '../../platform/process/recurring.js';
import { EventStream } from './event-stream.js';
import { FleetEvents } from './fleet-events.js';
import { StreamPlaces } from './stream-places.js';

/** Also limits streams with permanent credentials, so that these are checked from time to time. */
const LONGEST_LIFE_MS = 24 * 60 * 60 * 1000;
/** Proxies close connections that are idle for a minute. */
const KEEP_ALIVE_MS = 15_000;

@ApiTags('events')
@Controller('controller/events')
export class EventsController implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly streams = new Set<EventStream>();
  private readonly places = new StreamPlaces();
  private readonly keepAlives: Recurring;

  constructor(
    private readonly events: FleetEvents,
    private readonly watch: AccessWatch,
    private readonly clock: Clock,
    @Inject(LOGGER) logger: Logger,
  ) {
    const failure = 'event streams could not be kept alive';
    const work = (): void => this.streams.forEach((stream) => stream.keepAlive());
    this.keepAlives = new Recurring({ everyMs: KEEP_ALIVE_MS, work, logger, failure });
  }

  onApplicationBootstrap(): void {
    this.keepAlives.start();
  }

  @Get()
  @Requires('fleet:read')
  @ApiOperation({
    summary: 'Follow the fleet live',
    description:
      'Server-sent events. Each is named after its type and has a `FleetEvent` as data; heartbeats arrive as one ' +
      '`orchestrator.heartbeat` per second for the whole fleet. `Last-Event-ID` resumes; if that is no longer ' +
      'possible, `resync` says that everything must be loaded again. One user or token may have 10 streams open, ' +
      'and the users and tokens of one organization 200.',
  })
  @ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    schema: { type: 'string', example: '5f3a9c01d2e4b7860f1e2d3c4b5a6978' },
  })
  @ApiOkResponse({
    description: 'A stream without an end.',
    content: {
      'text/event-stream': {
        schema: { type: 'string' },
        example:
          'id: a81c7d20e95b43f6187f0d3c2b9e6541\nevent: orchestrator.status\ndata: {"type":"orchestrator.status","orchestrator_id":"orch-001","data":{"status":"inactive"}}\n\n',
      },
    },
  })
  @ApiError(
    'rate_limited',
    'The user, token or organization has its maximum number of streams open; see `Retry-After`.',
  )
  @ApiErrors()
  streamEvents(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @CurrentPrincipal() principal: Principal,
    @Headers('last-event-id') lastEventId: string | undefined,
  ): void {
    const { raw } = reply;
    // The client left during the lookup of its credentials, so nothing would end this stream.
    if (raw.destroyed) {
      reply.hijack();
      return;
    }
    const releasePlace = this.places.reserve(principal);
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
    stream.onEnd(() => {
      this.streams.delete(stream);
      releasePlace();
      release();
    });
  }

  onModuleDestroy(): void {
    void this.keepAlives.stop();
    for (const stream of this.streams) stream.end();
  }

  /** Ends a stream when its credentials expire; the reader reconnects with new ones. */
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
