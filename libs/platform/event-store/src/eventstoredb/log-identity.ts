import { randomUUID } from 'node:crypto';
import type { Database } from '@smartkey/database';
import type { EventStoreDbConnection } from './eventstoredb-connection.ts';
import { appendRequest, readStreamRequest } from './requests.ts';

/** The server does not hold the log that this database belongs to, or holds that of another database. */
export class ForeignLogError extends Error {
  override readonly name = 'ForeignLogError';
}

/**
 * Sees that server and database belong together: both keep one id, made when the log is begun. Else a service that is pointed to
 * another server would go on with an empty log, and two systems with one prefix would write into each other's.
 * @param log `smartkey.contract`
 * @throws ForeignLogError
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
  deadlineMillis: number,
): Promise<void> {
  await database.execute('INSERT INTO log_identity (id) VALUES ($1) ON CONFLICT DO NOTHING', [randomUUID()]);
  const [kept] = await database.query<{ id: string; begun: boolean }>(
    'SELECT id, EXISTS (SELECT 1 FROM event_claims) AS begun FROM log_identity',
  );
  const { id, begun } = kept!;
  // Not one of the log's streams: their names have a slash there.
  const stream = `${log}-identity`;
  const there = async () => {
    const request = readStreamRequest(stream, { from: undefined, count: 1, forwards: true });
    const [first] = await connection.read(request, deadlineMillis);
    return first?.getEvent()?.getEvent()?.getId()?.getString();
  };
  if ((await there()) === undefined && !begun)
    await connection.append(
      appendRequest(stream, -1, [{ id, type: 'LogBegun', data: '{}', metadata: '{}' }]),
      { deadlineMillis, begin: () => undefined },
    );
  const found = await there();
  if (found !== id)
    throw new ForeignLogError(
      found === undefined
        ? `the server has no log ${log}, but the database has one there`
        : `the log ${log} on the server belongs to another database`,
    );
}
