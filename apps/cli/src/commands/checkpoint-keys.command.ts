import { logKeysOutside } from '@smartkey/transparency';
import { type CliCommand } from '../command.ts';
import { KEEPERS } from '../data/services.ts';
import { mustSign } from '../data/signing.ts';

export const checkpointKeysCommand: CliCommand = {
  name: 'checkpoint keys',
  arguments: [],
  help:
    'prints the public keys that the checkpoints of the logs are signed with, a line each: what a witness is told ' +
    '(SMARTKEY_WITNESS_LOGS) and, behind the word log, what a reader’s policy names; needs the keys alone, and for names behind ' +
    'losses the folder of checkpoints (audit keys reads them from the logs)',
  run: async ({ env, print }) => {
    const settings = await mustSign(env);
    for (const service of KEEPERS) for (const key of await logKeysOutside(settings, service)) print(key);
    return 0;
  },
};
