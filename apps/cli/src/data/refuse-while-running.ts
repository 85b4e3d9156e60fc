import { CommandError } from '../command.ts';
import { APPLICATION_NAME, type Data } from './open-data.ts';

/**
 * On a PostgreSQL server nobody holds a folder; who works there shows by a connection.
 * @param advice what to do instead, to end the sentence.
 * @throws CommandError
 */
export async function refuseWhileRunning(data: Data, advice: string): Promise<void> {
  if (data.server.kind !== 'postgres') return;
  const catalogue = await data.server.database('public');
  const [row] = await catalogue.query<{ others: number }>(
    `SELECT count(*)::integer AS others FROM pg_stat_activity
     WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
       AND application_name <> $1`,
    [APPLICATION_NAME],
  );
  if (row!.others > 0)
    throw new CommandError(`${row!.others} other connections work on this database: ${advice}`);
}
