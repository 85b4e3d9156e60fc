import type { ServiceName } from '@smartkey/event-bus';
import type { PeerDirectory } from '@smartkey/runtime';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers for services whose logs are made up how far these go: a close asks each of them. @returns how to stop. */
export async function generatedHeads(
  peers: PeerDirectory,
  ends: ReadonlyMap<ServiceName, () => bigint>,
): Promise<() => void> {
  const server = createServer((request, response) => {
    const source = request.url!.split('/')[1] as ServiceName;
    const head = { origin: `bench/${source}`, size: Number(ends.get(source)!()), root: '5a'.repeat(32) };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(head));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  for (const source of ends.keys()) peers.set(source, `http://127.0.0.1:${port}/${source}`);
  return () => {
    server.close();
    server.closeAllConnections();
  };
}
