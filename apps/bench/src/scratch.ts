import {
  type Database,
  type DatabaseServer,
  LARGE_CACHE,
  openPglite,
  openPostgres,
} from '@smartkey/database';
import { type Closers, whileOpen } from '@smartkey/lifecycle';
import { ownFolder, PostgresServer, removeFolder } from '@smartkey/servers';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { CountedServer } from './counted-server.ts';

/** The PostgreSQL server that is measured on; the embedded database where none is named. */
export const DATABASE_URL = process.env['BENCH_DATABASE_URL'];

/** A new folder, taken away with `closers`. Run by root, PostgreSQL is another user, who can get to its own in it. */
export async function scratchFolder(closers: Closers): Promise<string> {
  const folder = await ownFolder('smartkey-bench-');
  closers.add('the folder', () => removeFolder(folder));
  return folder;
}

/** What a system has written: in its folder, or on the server that BENCH_DATABASE_URL names. */
export const openData = (folder: string): Promise<DatabaseServer> =>
  DATABASE_URL === undefined
    ? openPglite(folder, { cacheMegabytes: LARGE_CACHE })
    : openPostgres(DATABASE_URL, { max: 20 });

/** A database for one bench: the embedded one in a new folder, or the server that BENCH_DATABASE_URL names. */
export function withScratchServer<T>(work: (server: CountedServer) => Promise<T>): Promise<T> {
  return whileOpen(async (closers) => {
    const server = new CountedServer(await openData(await scratchFolder(closers)));
    closers.add('the database', () => server.close());
    return work(server);
  });
}

/** A PostgreSQL server of the bench's own, whatever BENCH_DATABASE_URL says. */
export async function scratchPostgres(closers: Closers): Promise<PostgresServer> {
  const server = await PostgresServer.start(join(await scratchFolder(closers), 'postgres'));
  closers.add('PostgreSQL', () => server.stop());
  return server;
}

/** Works with a database that a URL names. @param schema its own, made where it is missing. */
export function withDatabase<T>(
  url: string,
  schema: string,
  work: (database: Database) => Promise<T>,
): Promise<T> {
  return whileOpen(async (closers) => {
    const server = await openPostgres(url, { max: 10 });
    closers.add('the database', () => server.close());
    return work(await server.database(schema));
  });
}

/**
 * An empty database on a server, dropped with `closers`: a run finds nothing of the one before it, and what a system has sealed opens with its
 * own keys alone.
 * @param server URL of a database on it, of a role that may create others.
 * @returns the new one's URL.
 */
export async function ownDatabase(closers: Closers, server: string): Promise<string> {
  const opened = await openPostgres(server, { max: 1 });
  closers.add('the server', () => opened.close());
  const root = await opened.database('public');
  const name = `bench_${randomUUID().replaceAll('-', '')}`;
  await root.execute(`CREATE DATABASE ${name}`);
  closers.add('its database', () => root.execute(`DROP DATABASE ${name} WITH (FORCE)`));
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

/** Transactions of a database that have ended so far, whoever's: as far as sessions have reported them, which they do at most once a second. */
export async function transactionsOf(database: Database): Promise<number> {
  const [row] = await database.query<{ ended: number }>(
    'select (xact_commit + xact_rollback)::float8 as ended from pg_stat_database where datname = current_database()',
  );
  return row!.ended;
}

/** Answers requests on the loopback interface, until `closers`. @returns `http://127.0.0.1:40001` */
export async function serve(closers: Closers, answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  closers.add('an HTTP server', () => {
    server.close();
    server.closeAllConnections();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
