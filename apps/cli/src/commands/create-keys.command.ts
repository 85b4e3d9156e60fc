import { commonSettings } from '@smartkey/runtime';
import { keyFilePath, makeKeyFile, readKeyFile } from '@smartkey/secrets';
import { CommandError, type CliCommand } from '../command.ts';

export const createKeysCommand: CliCommand = {
  name: 'keys create',
  arguments: [],
  help:
    'makes the key file that the services share (SMARTKEY_KEY_FILE), before their first start; ' +
    'leaves one that is there as it is',
  run: async ({ env, print }) => {
    if (env['SMARTKEY_ENCRYPTION_KEYS'])
      throw new CommandError(
        'SMARTKEY_ENCRYPTION_KEYS is set: the keys come from the environment, not from a file',
      );
    const path = keyFilePath({ dataDir: commonSettings(env).dataDir, env });
    const there = (await readKeyFile(path)) !== undefined;
    if (!there) await makeKeyFile(path);
    print(there ? `${path} is there already` : `made ${path}: keep a copy apart from the backups`);
    return 0;
  },
};
