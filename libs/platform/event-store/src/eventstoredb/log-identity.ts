import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '@smartkey/database';
import { OperatorError } from '@smartkey/lifecycle';
import { EventStoreUnavailableError } from '../event-store.port.ts';
import type { EventStoreDbConnection } from './eventstoredb-connection.ts';
import type { EventStoreDbTimes } from './eventstoredb-times.ts';
import { appendRequest, readStreamRequest } from './requests.ts';
import { isPassing } from './stream-reader.ts';

/** The server does not hold the log that this database belongs to, or holds that of another database. */
export class ForeignLogError extends OperatorError {
  override readonly name = 'ForeignLogError';
}

/**
 * Sees that server and database belong together: both keep one id, made when the log is begun. Else a service that is pointed to
 * another server would go on with an empty log, and two systems with one prefix would write into each other's.
 * @param log `smartkey.contract`
 * @throws ForeignLogError, EventStoreUnavailableError
 */
export async function confirmIdentity(
  {
    connection,
    database,
    log,
  }: {
    readonly connection: EventStoreDbConnection;
    readonly database: Database;
    readonly log: string;
  },
  times: Pick<EventStoreDbTimes, 'deadline' | 'patience'>,
): Promise<void> {
  await database.execute('INSERT INTO log_identity (id) VALUES ($1) ON CONFLICT DO NOTHING', [randomUUID()]);
  const [kept] = await database.query<{ id: string; begun: boolean }>(
    'SELECT id, EXISTS (SELECT 1 FROM event_claims) AS begun FROM log_identity',
  );
  const { id, begun } = kept!;
  // Not one of the log's streams: their names have a slash there.
  const found = await idOnServer(connection, { stream: `${log}-identity`, id, begun }, times);
  if (found !== id)
    throw new ForeignLogError(
      found === undefined
        ? `the server has no log ${log}, but the database has one there`
        : `the log ${log} on the server belongs to another database`,
    );
}

/**
 * What stands on the server, begun there where the log is new. Of instances that begin it together the server answers the first
 * append only; the others fail by its commit timeout, or are told of a revision that cannot be read yet. So whatever became of
 * an append: what is there is looked at again.
 */
async function idOnServer(
  connection: EventStoreDbConnection,
  { stream, id, begun }: { readonly stream: string; readonly id: string; readonly begun: boolean },
  { deadline, patience }: Pick<EventStoreDbTimes, 'deadline' | 'patience'>,
): Promise<string | undefined> {
  const read = readStreamRequest(stream, { from: undefined, count: 1, forwards: true });
  const beginning = appendRequest(stream, -1, [{ id, type: 'LogBegun', data: '{}', metadata: '{}' }]);
  const until = performance.now() + patience;
  let cause: unknown;
  for (let pause = 10; ; pause = Math.min(2 * pause, 500)) {
    try {
      const [first] = await connection.read(read, deadline);
      const found = first?.getEvent()?.getEvent()?.getId()?.getString();
      if (found !== undefined || begun) return found;
      const answer = await connection.append(beginning, {
        deadlineMillis: deadline,
        begin: () => undefined,
      });
      if (answer.hasSuccess()) continue;
    } catch (error) {
      if (!isPassing(error)) throw error;
      cause = error;
    }
    if (performance.now() + pause > until)
      throw new EventStoreUnavailableError('the event store does not let the log begin', { cause });
    await sleep(pause);
  }
}
