import { openPostgres } from '@smartkey/database';
import type { Closers } from '@smartkey/lifecycle';
import { randomUUID } from 'node:crypto';

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
