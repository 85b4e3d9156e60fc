import { whileOpen } from '@smartkey/lifecycle';
import { serve, withScratchServer } from './scratch.ts';

export const BARE_HTTP = 'bare HTTP server, one single-row insert';

/** A server of Node's own that makes one row durable for each request: what one process can do at most. */
export function withBareHttp<T>(work: (url: string) => Promise<T>): Promise<T> {
  return withScratchServer((scratch) =>
    whileOpen(async (closers) => {
      const database = await scratch.database('bare_http');
      await database.script(
        'create table if not exists row (n bigint generated always as identity primary key, body text)',
      );
      const url = await serve(closers, (request, response) => {
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
      return work(`${url}/`);
    }),
  );
}
