import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

interface KeyValue {
  key: string;
  value: { stringValue?: string; intValue?: number | string };
}

interface ExportRequest {
  resourceSpans: {
    resource: { attributes: KeyValue[] };
    scopeSpans: {
      spans: {
        traceId: string;
        spanId: string;
        parentSpanId?: string;
        name: string;
        attributes: KeyValue[];
        status: { code?: number };
      }[];
    }[];
  }[];
}

/** A span as it was received. */
export interface CollectedSpan {
  service: string;
  traceId: string;
  spanId: string;
  /** Empty for the first span of a trace. */
  parentSpanId: string;
  name: string;
  attributes: Record<string, string | number | undefined>;
  isError: boolean;
}

function attributesOf(pairs: KeyValue[]): CollectedSpan['attributes'] {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, value.stringValue ?? value.intValue]));
}

function spansOf({ resourceSpans }: ExportRequest): CollectedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = String(attributesOf(resource.attributes)['service.name']);
    return scopeSpans.flatMap(({ spans }) =>
      spans.map(({ traceId, spanId, parentSpanId = '', name, attributes, status }) => ({
        service,
        traceId,
        spanId,
        parentSpanId,
        name,
        attributes: attributesOf(attributes),
        isError: status.code === 2,
      })),
    );
  });
}

/** A collector that accepts OTLP/HTTP as JSON and keeps every span. */
export class TraceCollector {
  readonly spans: CollectedSpan[] = [];
  /** Delayed answers; undefined while answers are sent at once. */
  private held: (() => void)[] | undefined;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<TraceCollector> {
    const server = createServer((request, response) => {
      if (request.method !== 'POST' || request.url !== '/v1/traces') {
        response.writeHead(404).end();
        return;
      }
      void json(request).then((body) => {
        collector.spans.push(...spansOf(body as ExportRequest));
        const answer = (): void => {
          response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
        };
        if (collector.held) collector.held.push(answer);
        else answer();
      });
    });
    const collector = new TraceCollector(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return collector;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Accepts requests without answering them until {@link release}. */
  hold(): void {
    this.held = [];
  }

  release(): void {
    for (const answer of this.held ?? []) answer();
    this.held = undefined;
  }

  /** The newest span with this name in a trace. */
  find(traceId: string, name: string): CollectedSpan | undefined {
    return this.spans.findLast((span) => span.traceId === traceId && span.name === name);
  }

  /**
   * The chain of spans below `origin` that ends with a span, each the parent of the next, as `service: name`.
   * @returns undefined while part of the chain has not arrived
   */
  pathTo(last: CollectedSpan | undefined, origin: string): string[] | undefined {
    const path: string[] = [];
    for (let span = last; span;) {
      path.unshift(`${span.service}: ${span.name}`);
      const { traceId, parentSpanId } = span;
      if (parentSpanId === origin) return path;
      span = this.spans.find((one) => one.traceId === traceId && one.spanId === parentSpanId);
    }
    return undefined;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
