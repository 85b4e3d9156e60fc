import { policyLines, publishedKeys, readOrigins } from '@smartkey/transparency';
import { type CliCommand } from '../command.ts';
import { withData } from '../data/open-data.ts';
import { KEEPERS } from '../data/services.ts';
import { originIn } from '../data/origin-in.ts';
import { mustSign } from '../data/signing.ts';

export const auditKeysCommand: CliCommand = {
  name: 'audit keys',
  arguments: [],
  help:
    'prints the public keys that the checkpoints of the logs are or were signed with as lines of a reader’s policy, with ' +
    'the time at which each retires that another took the place of',
  run: ({ env, print }) =>
    withData(env, async (data) => {
      const settings = await mustSign(env);
      for await (const { service, database } of data.started(KEEPERS)) {
        const origin = await originIn(database);
        if (origin === undefined) continue;
        const store = await data.log(service, database);
        const keys = await publishedKeys({ ...settings, store }, await readOrigins(store, origin));
        for (const line of policyLines(keys)) print(line);
      }
      return 0;
    }),
};
