import type { Environment } from '@smartkey/configuration';
import { commonSettings } from '@smartkey/runtime';
import { CommandError } from '../command.ts';
import type { Data } from './open-data.ts';

/**
 * For what would lose something, or leave it half done, where other data lie in another database: a service that is not in the one that `DATABASE_URL` names may
 * have one of its own. The embedded folder has all that ever ran.
 * @throws CommandError
 */
export async function mustSeeAll(
  data: Data,
  env: Environment,
  services: readonly string[],
  why: string,
): Promise<void> {
  if (commonSettings(env).databaseUrl === undefined) return;
  const unseen: string[] = [];
  for (const service of services) if ((await data.schema(service)) === undefined) unseen.push(service);
  if (unseen.length > 0)
    throw new CommandError(
      `${unseen.join(', ')} never ran on this database, and may have one of its own: ${why} (docs/operations.md, The command line)`,
    );
}
