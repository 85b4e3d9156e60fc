import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import type { Witness } from './witness.ts';

const MOST_BYTES = 64 * 1024;
const REQUEST_MILLIS = 10_000;

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

async function serve(witness: Witness, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method, url } = request;
  if (method === 'GET' && url === '/health') return end(response, 200, 'ok\n');
  if (method === 'GET' && url === '/key') return end(response, 200, `${witness.verifier}\n`);
  if (url !== '/add-checkpoint') return end(response, 404, 'There is nothing here.\n');
  if (method !== 'POST') return end(response, 405, 'Checkpoints are posted.\n');
  const body = await bodyOf(request);
  if (body === undefined) return end(response, 413, 'That is larger than any checkpoint.\n');
  const { status, text } = await witness.add(body);
  end(response, status, text, status === 409 ? 'text/x.tlog.size' : undefined);
}

/** A witness over HTTP. */
export interface RunningWitness {
  readonly url: string;
  stop(): Promise<void>;
}

/** `POST /add-checkpoint` (C2SP tlog-witness), `GET /key`, `GET /health`. */
export async function serveWitness(
  witness: Witness,
  { host, port, log }: { readonly host: string; readonly port: number; readonly log: Logger },
): Promise<RunningWitness> {
  const server: Server = createServer((request, response) => {
    serve(witness, request, response).catch((error: unknown) => {
      log.error({ err: error }, 'a checkpoint could not be looked at');
      if (response.headersSent) response.destroy();
      else end(response, 500, 'The witness failed.\n');
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
    stop: () =>
      new Promise<void>((stopped) => {
        server.close(() => stopped());
        server.closeAllConnections();
      }),
  };
}
