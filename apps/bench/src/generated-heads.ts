import type { ServiceName } from '@smartkey/event-bus';
import type { Closers } from '@smartkey/lifecycle';
import type { PeerDirectory } from '@smartkey/runtime';
import type { GeneratedFeed } from './generated-feed.ts';
import { serve } from './scratch.ts';

/** Answers, for services whose logs are made up, how far these go: a close asks each of them. */
export async function generatedHeads(
  closers: Closers,
  peers: PeerDirectory,
  logs: Readonly<Partial<Record<ServiceName, GeneratedFeed>>>,
): Promise<void> {
  const url = await serve(closers, (request, response) => {
    const source = request.url!.split('/')[1] as ServiceName;
    const head = { origin: `bench/${source}`, size: Number(logs[source]!.end), root: '5a'.repeat(32) };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(head));
  });
  for (const source of Object.keys(logs) as ServiceName[]) peers.set(source, `${url}/${source}`);
}
