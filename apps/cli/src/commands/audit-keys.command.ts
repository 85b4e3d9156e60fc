import { SystemClock } from '@smartkey/identity';
import { policyLines, publishedKeys, readOrigins } from '@smartkey/transparency';
import { CommandError, type CliCommand } from '../command.ts';
import { withData } from '../data/open-data.ts';
import { KEEPERS } from '../data/services.ts';
import { signing } from '../data/signing.ts';
import { originIn } from '../data/origin-in.ts';

export const auditKeysCommand: CliCommand = {
  name: 'audit keys',
  arguments: [],
  help:
    'prints the public keys that the checkpoints of the logs are or were signed with as lines of a reader’s policy, with ' +
    'the time at which each retires that another took the place of',
  run: ({ env, print }) =>
    withData(env, async (data) => {
      const settings = await signing(env);
      if (settings === undefined) throw new CommandError('the keys of the system are needed for this');
      for (const service of KEEPERS) {
        const database = await data.schema(service);
        const origin = database && (await originIn(database));
        if (database === undefined || origin === undefined) continue;
        const store = await data.log(service, database, new SystemClock());
        const keys = await publishedKeys({ ...settings, store }, await readOrigins(store, origin));
        for (const line of policyLines(keys)) print(line);
      }
      return 0;
    }),
};
