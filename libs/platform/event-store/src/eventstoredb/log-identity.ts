import { randomUUID } from 'node:crypto';
import type { Database, Sql } from '@smartkey/database';
import { Backoff, OperatorError } from '@smartkey/lifecycle';
import { EventStoreUnavailableError } from '../event-store.port.ts';
import type { EventStoreDbConnection } from './eventstoredb-connection.ts';
import type { EventStoreDbTimes } from './eventstoredb-times.ts';
import { appendRequest, readStreamRequest } from './requests.ts';
import { isPassing } from './stream-reader.ts';

/** The server holds the log of another database, or it does not hold the one of this. */
export class ForeignLogError extends OperatorError {
  override readonly name = 'ForeignLogError';
}

/**
 * Sees that server and database belong together: both keep one id, made when the log is begun. Else a service that is pointed to
 * another server would go on with an empty log, and two systems with one prefix would write into each other's.
 */
export class LogIdentity {
  constructor(
    private readonly parts: {
      readonly connection: EventStoreDbConnection;
      readonly database: Database;
      /** `smartkey.contract` */
      readonly log: string;
    },
    private readonly times: Pick<EventStoreDbTimes, 'deadline' | 'patience'>,
  ) {}

  /**
   * Begins a log that is new to both.
   * @returns what one of them has lost; undefined where they belong together.
   * @throws ForeignLogError where both have a log, and not the same; EventStoreUnavailableError
   */
  async lost(): Promise<string | undefined> {
    const { database, log } = this.parts;
    await database.execute('INSERT INTO log_identity (id) VALUES ($1) ON CONFLICT DO NOTHING', [
      randomUUID(),
    ]);
    const [kept] = await database.query<{ id: string; begun: boolean }>(
      'SELECT id, EXISTS (SELECT 1 FROM event_claims) AS begun FROM log_identity',
    );
    const { id, begun } = kept!;
    const found = await this.#onServer(id, begun);
    if (found === id) return undefined;
    if (found === undefined) return `the server has no log ${log}, but the database has one there`;
    if (!begun) return `the database knows nothing of the log ${log} that the server has`;
    throw new ForeignLogError(`the log ${log} on the server belongs to another database`);
  }

  /** What was lost is given up: from here on they belong together. @param tx of the database. */
  async join(tx: Sql): Promise<void> {
    const [kept] = await tx.query<{ id: string }>('SELECT id FROM log_identity');
    const found = await this.#onServer(kept!.id, false);
    await tx.execute('UPDATE log_identity SET id = $1', [found]);
  }

  #onServer(id: string, begun: boolean): Promise<string | undefined> {
    // Not one of the log's streams: their names have a slash there.
    const stream = `${this.parts.log}-identity`;
    return idOnServer(this.parts.connection, { stream, id, begun }, this.times);
  }
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
  for (const pauses = new Backoff({ firstMillis: 10, mostMillis: 500 }); ;) {
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
    if (pauses.outlasts(until))
      throw new EventStoreUnavailableError('the event store does not let the log begin', { cause });
    await pauses.wait();
  }
}
