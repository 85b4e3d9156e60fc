import { migrate } from '@smartkey/database';
import { gatewayMigrations, recoverOnServer } from '@smartkey/gateway-service';
import { openSecrets } from '@smartkey/secrets';
import { portSetting, publicUrlSetting } from '@smartkey/configuration';
import { type CliCommand } from '../command.ts';
import { keysOf } from '../data/keys-of.ts';
import { withData } from '../data/open-data.ts';

const DEFAULT_PORT = 3000;

export const peopleRecoverCommand: CliCommand = {
  name: 'people recover',
  arguments: [],
  options: { person: { type: 'string' } },
  help:
    'lets an operator in again who has lost every way in: prints a link that works once, within 24 hours; ' +
    '--person per_…: where there are several',
  run: ({ env, options: { person }, print, note }) =>
    withData(env, async (data) => {
      const database = await data.mustHave('gateway');
      const material = await keysOf(env);
      const { secretBox, subjectKeys } = await openSecrets({ database, service: 'gateway', material });
      await migrate(database, gatewayMigrations, 'gateway', { secretBox });
      const { lookupKey } = material;
      const made = await recoverOnServer(
        { database, subjectKeys, lookupKey },
        typeof person === 'string' ? person : undefined,
      );
      const origin = publicUrlSetting(env) ?? `http://localhost:${portSetting(env, DEFAULT_PORT)}`;
      note(`${made.name} (${made.person}) is let in again by this link, once, until ${made.expiresAt}.`);
      note('All former passkeys, accounts and sessions of that person end then.');
      print(`${origin}/portal/recovery?token=${made.token}`);
      return 0;
    }),
};
