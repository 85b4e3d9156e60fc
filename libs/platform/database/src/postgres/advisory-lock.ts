import { createHash } from 'node:crypto';
import { Client, type ClientConfig } from 'pg';
import { DatabaseUnavailableError } from '../database.port.ts';
import { sqlError } from '../sql-error.ts';

/** The same 64 bits for the same name, in every process. */
const lockKey = (name: string): string =>
  createHash('sha256').update(name).digest().readBigInt64BE().toString();

/**
 * Runs `work` while a connection of its own holds a session lock: taken from the pool, those who wait could use up the
 * connections that those who work need.
 * @throws DatabaseUnavailableError also where the connection, and with it the lock, was lost while the work ran.
 */
export async function holdingAdvisoryLock<T>(
  config: ClientConfig,
  name: string,
  work: () => Promise<T>,
  wait: boolean,
): Promise<T | undefined> {
  const client = new Client(config);
  let lost: Error | undefined;
  client.on('error', (error) => (lost = error));
  try {
    if (!(await take(client, lockKey(name), wait))) return undefined;
    const result = await work();
    if (lost) throw new DatabaseUnavailableError('a lock was lost while its work ran', { cause: lost });
    return result;
  } finally {
    // The end of the session releases the lock.
    await client.end();
  }
}

async function take(client: Client, key: string, wait: boolean): Promise<boolean> {
  try {
    await client.connect();
    const { rows } = await client.query<{ taken: boolean }>(
      wait ? 'SELECT true AS taken FROM pg_advisory_lock($1)' : 'SELECT pg_try_advisory_lock($1) AS taken',
      [key],
    );
    return rows[0]!.taken;
  } catch (error) {
    throw sqlError(error);
  }
}
