import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Gauges, sharedCounter } from '@smartkey/metrics';
import type { Logger } from 'pino';
import type { Counter, Registry } from 'prom-client';
import type { Witness } from './witness.ts';

const MOST_BYTES = 64 * 1024;
const REQUEST_MILLIS = 10_000;
/** Calls under way have so long to end when the witness stops (system time). */
const STOP_MILLIS = 5_000;

/** The body, undefined where it is larger than any checkpoint. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > MOST_BYTES) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function end(
  response: ServerResponse,
  status: number,
  text: string,
  type = 'text/plain; charset=utf-8',
): void {
  response.writeHead(status, { 'content-type': type, 'x-content-type-options': 'nosniff' }).end(text);
}

/** What the server answers from. */
interface Served {
  readonly witness: Witness;
  readonly metrics: Registry;
  readonly answers: Counter<'status'>;
}

async function serve(served: Served, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { witness, metrics } = served;
  const { method, url } = request;
  if (url === '/add-checkpoint') return add(served, request, response);
  if (method !== 'GET') return end(response, 404, 'There is nothing here.\n');
  switch (url) {
    case '/health/live':
      return end(response, 200, 'ok\n');
    case '/health/ready':
      // Without its list of logs it would refuse them all.
      await witness.logs();
      return end(response, 200, 'ok\n');
    case '/key':
      return end(response, 200, `${witness.verifier}\n`);
    case '/metrics':
      return end(response, 200, await metrics.metrics(), metrics.contentType);
    default:
      return end(response, 404, 'There is nothing here.\n');
  }
}

async function add(
  { witness, answers }: Served,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'POST') return end(response, 405, 'Checkpoints are posted.\n');
  const body = await bodyOf(request);
  if (body === undefined) return end(response, 413, 'That is larger than any checkpoint.\n');
  const { status, text } = await witness.add(body);
  answers.inc({ status: String(status) });
  end(response, status, text, status === 409 ? 'text/x.tlog.size' : undefined);
}

/** A witness over HTTP. */
export interface RunningWitness {
  readonly url: string;
  stop(): Promise<void>;
}

/** `POST /add-checkpoint` (C2SP tlog-witness), `GET /key`, `/health/live`, `/health/ready`, `/metrics`. */
export async function serveWitness(
  witness: Witness,
  {
    host,
    port,
    log,
    metrics,
  }: { readonly host: string; readonly port: number; readonly log: Logger; readonly metrics: Registry },
): Promise<RunningWitness> {
  const answers = sharedCounter(
    metrics,
    'smartkey_witness_answers_total',
    'Checkpoints that the witness was shown, by the status that it answered: 409 and 422 are logs that are not what it has seen.',
    ['status'],
  );
  new Gauges(metrics, {}).show(
    'smartkey_witness_log_size',
    'Events of a log, as the witness has seen it last.',
    () => witness.sizes().map(({ origin, size }) => ({ labels: { log: origin }, value: size })),
    ['log'],
  );
  const served: Served = { witness, metrics, answers };
  const server: Server = createServer((request, response) => {
    serve(served, request, response).catch((error: unknown) => {
      log.error({ err: error }, 'the witness could not answer');
      if (response.headersSent) response.destroy();
      else end(response, 503, 'The witness failed.\n');
    });
  });
  server.requestTimeout = REQUEST_MILLIS;
  await new Promise<void>((listening, failed) => {
    server.once('error', failed);
    server.listen(port, host, listening);
  });
  const { port: actual } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${actual}`,
    stop: () => stopped(server),
  };
}

/** What is under way ends by itself, or after a while. */
function stopped(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const late = setTimeout(() => server.closeAllConnections(), STOP_MILLIS);
    server.close(() => {
      clearTimeout(late);
      resolve();
    });
    server.closeIdleConnections();
  });
}
