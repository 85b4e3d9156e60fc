import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { withScratchServer } from './scratch.ts';

export const BARE_HTTP = 'bare HTTP server, one single-row insert';

/** A server of Node's own that makes one row durable for each request: what one process can do at most. */
export async function withBareHttp<T>(work: (url: string) => Promise<T>): Promise<T> {
  return withScratchServer(async (scratch) => {
    const database = await scratch.database('bare_http');
    await database.script(
      'create table if not exists row (n bigint generated always as identity primary key, body text)',
    );
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += String(chunk)));
      request.on(
        'end',
        () =>
          void database
            .execute('insert into row (body) values ($1)', [body])
            .then(() => response.end('{"result":"success"}')),
      );
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    try {
      return await work(`http://127.0.0.1:${port}/`);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });
}
