import type { ServiceName } from '@smartkey/event-bus';
import type { Closers } from '@smartkey/lifecycle';
import type { PeerDirectory } from '@smartkey/runtime';
import type { IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import type { GeneratedFeed } from './generated-feed.ts';
import { serve } from './scratch.ts';

/** Answers for services whose logs are made up: how far these go, which a close asks each of, and what accounts are called. */
export async function generatedPeers(
  closers: Closers,
  peers: PeerDirectory,
  logs: Readonly<Partial<Record<ServiceName, GeneratedFeed>>>,
): Promise<void> {
  const headOf = (source: ServiceName) => ({
    origin: `bench/${source}`,
    size: Number(logs[source]!.end),
    root: '5a'.repeat(32),
  });
  const url = await serve(closers, (request, response) => {
    const head = headOf(request.url!.split('/')[1] as ServiceName);
    void (request.method === 'GET' ? Promise.resolve(head) : namesFor(request)).then((answer) =>
      response.setHeader('content-type', 'application/json').end(JSON.stringify(answer)),
    );
  });
  for (const source of Object.keys(logs) as ServiceName[]) peers.set(source, `${url}/${source}`);
}

/** The registry knows everybody's name. */
async function namesFor(request: IncomingMessage): Promise<object> {
  const { accounts = [] } = (await json(request)) as { readonly accounts?: readonly string[] };
  return { externalIds: Object.fromEntries(accounts.map((each) => [each, `${each}@example.jp`])) };
}
