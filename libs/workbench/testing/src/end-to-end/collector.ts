import { createServer, type Server } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { onLoopback } from '@smartkey/servers';

interface AttributeJson {
  readonly key: string;
  readonly value: { readonly stringValue?: string; readonly intValue?: number | string };
}

interface SpanJson {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes?: readonly AttributeJson[];
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly status?: { readonly code?: number };
}

interface ExportJson {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly AttributeJson[] };
    readonly scopeSpans: readonly { readonly spans: readonly SpanJson[] }[];
  }[];
}

/** A span as a collector sees it. */
export interface CollectedSpan extends Omit<SpanJson, 'attributes' | 'links'> {
  readonly attributes: Readonly<Record<string, string | number | undefined>>;
  readonly resource: Readonly<Record<string, string | number | undefined>>;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
}

const plain = (attributes: readonly AttributeJson[] = []): CollectedSpan['attributes'] =>
  Object.fromEntries(
    attributes.map(({ key, value }) => [
      key,
      value.stringValue ?? (value.intValue === undefined ? undefined : Number(value.intValue)),
    ]),
  );

/** A collector of traces (OTLP over HTTP, JSON) that keeps every byte it is sent. */
export class Collector {
  readonly bodies: Buffer[] = [];

  private constructor(
    private readonly server: Server,
    readonly url: string,
    /** What every export is answered with; 0: nothing, ever. */
    public status: number,
  ) {}

  /** Settings of tracing by which this collector is sent every span, each as soon as it ends. */
  get everySpanAtOnce() {
    return {
      url: `${this.url}/v1/traces`,
      headers: {},
      timeoutMillis: 5_000,
      compression: 'none',
      attributes: {},
      sampler: 'always_on',
      ratio: 1,
      queue: { most: 1_000, batch: 1, delayMillis: 1 },
    } as const;
  }

  static async start(status = 200): Promise<Collector> {
    const server = createServer((request, response) => {
      void buffer(request).then((body) => {
        collector.bodies.push(body);
        const { status } = collector;
        if (status !== 0) response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
      });
    });
    const collector = new Collector(server, await onLoopback(server), status);
    return collector;
  }

  get spans(): CollectedSpan[] {
    return this.bodies.flatMap((body) =>
      (JSON.parse(body.toString()) as ExportJson).resourceSpans.flatMap(({ resource, scopeSpans }) =>
        scopeSpans.flatMap(({ spans }) =>
          spans.map((span) => ({
            ...span,
            attributes: plain(span.attributes),
            resource: plain(resource.attributes),
            links: span.links ?? [],
          })),
        ),
      ),
    );
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
