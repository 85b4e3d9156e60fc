import { createHash } from 'node:crypto';
import { ended, rest, underAny } from '@smartkey/lifecycle';
import { Client, type ClientConfig, type Connection, type Submittable } from 'pg';
import { DatabaseUnavailableError, type Waiting } from '../database.port.ts';
import { sqlError } from '../sql-error.ts';

/** So often within its lease a holder shows that it lives: two signs of life may be missing, or late. */
const BEAT = 0.3;

/** The same 64 bits for the same name, in every process. */
const lockKey = (name: string): string =>
  createHash('sha256').update(name).digest().readBigInt64BE().toString();

export interface LockOptions {
  /** Whether to wait for who holds it, and how long. */
  readonly wait: boolean | Waiting;
  /** System time after which a holder that gives no sign of life has lost it. */
  readonly leaseMillis: number;
}

/**
 * Runs `work` while a connection of its own holds a session lock: taken from the pool, those who wait could use up the
 * connections that those who work need. The session shows that its process is alive; one that is paused or cut off is
 * ended by the server, and another may have the lock (docs/decisions/0014-leases-and-pauses.md).
 * @param work is told by the signal that the lock is lost, as soon as this process knows.
 * @throws DatabaseUnavailableError also where the connection, and with it the lock, was lost while the work ran.
 */
export async function holdingAdvisoryLock<T>(
  config: ClientConfig,
  name: string,
  work: (held: AbortSignal) => Promise<T>,
  { wait, leaseMillis }: LockOptions,
): Promise<T | undefined> {
  const options = `${config.options ?? ''} -c idle_session_timeout=${leaseMillis}`;
  const client = new Client({ ...config, options });
  const held = new AbortController();
  client.on('error', (error) => held.abort(error));
  try {
    if (!(await take(client, lockKey(name), wait, leaseMillis))) return undefined;
    const stopBeating = beat(client, leaseMillis, held);
    try {
      const result = await work(held.signal);
      if (held.signal.aborted)
        throw new DatabaseUnavailableError('a lock was lost while its work ran', {
          cause: held.signal.reason,
        });
      return result;
    } finally {
      stopBeating();
    }
  } finally {
    // The end of the session releases the lock.
    await client.end();
  }
}

async function take(
  client: Client,
  key: string,
  wait: LockOptions['wait'],
  leaseMillis: number,
): Promise<boolean> {
  try {
    await client.connect();
    if (typeof wait === 'object') return await takeInTime(client, key, wait, leaseMillis);
    const { rows } = await client.query<{ taken: boolean }>(wait ? WAIT : TRY, [key]);
    return rows[0]!.taken;
  } catch (error) {
    throw sqlError(error);
  }
}

const TRY = 'SELECT pg_try_advisory_lock($1) AS taken';
const WAIT = 'SELECT true AS taken FROM pg_advisory_lock($1)';
/** So often in its lease who waits for a while asks (a statement that waited would keep a snapshot, and vacuum from clearing away behind it). */
const ASK = 0.5;
/** An answer that is so much later than the end of the wait does not come: the connection was cut off. */
const ANSWER_MILLIS = 10_000;

/** On one connection: a sign-in costs more than many questions. */
async function takeInTime(
  client: Client,
  key: string,
  { mostMillis, until }: Waiting,
  leaseMillis: number,
): Promise<boolean> {
  const end = performance.now() + mostMillis;
  return underAny([until, AbortSignal.timeout(mostMillis + ANSWER_MILLIS)], async (over) => {
    const leave = (): void => void ended(client.end());
    over.addEventListener('abort', leave);
    try {
      while (!until.aborted) {
        const { rows } = await client.query<{ taken: boolean }>(TRY, [key]);
        if (rows[0]!.taken) return !until.aborted;
        const left = end - performance.now();
        if (left <= 0) return false;
        await rest(Math.min(ASK * leaseMillis, left), until);
      }
      return false;
    } catch (error) {
      if (until.aborted) return false;
      throw error;
    } finally {
      over.removeEventListener('abort', leave);
    }
  });
}

/** `Sync` alone: the server says that it is ready, and its session has not been idle. No statement, and so no transaction. */
class SignOfLife implements Submittable {
  constructor(
    /** Both are called by `pg`, by these names. */
    readonly handleReadyForQuery: () => void,
    readonly handleError: (error: unknown) => void,
  ) {}

  submit(connection: Connection): void {
    connection.sync();
  }
}

/** Keeps the session from being idle; gives it up where that has not been answered for the lease. @returns how to stop. */
function beat(client: Client, leaseMillis: number, held: AbortController): () => void {
  let seenAlive = performance.now();
  let asking = false;
  const timer = setInterval(() => {
    // After a pause this comes before anything else that the process had to do.
    if (performance.now() - seenAlive >= leaseMillis)
      held.abort(new Error(`its session was silent for ${leaseMillis} ms`));
    if (asking || held.signal.aborted) return;
    asking = true;
    const asked = performance.now();
    client.query(
      new SignOfLife(
        () => ((seenAlive = asked), (asking = false)),
        (error) => held.abort(error),
      ),
    );
  }, BEAT * leaseMillis);
  return () => clearInterval(timer);
}
