import { commonSettings } from '@smartkey/runtime';
import { openKeyMaterial, openSecrets } from '@smartkey/secrets';
import { adoptCheckpoint } from '@smartkey/transparency';
import { CommandError, type CliCommand } from '../command.ts';
import { businessTime } from '../data/business-time.ts';
import { withData } from '../data/open-data.ts';
import { logNamed } from '../data/services.ts';
import { signing } from '../data/signing.ts';
import { textOf } from '../data/text-option.ts';

export const auditCheckpointAdoptCommand: CliCommand = {
  name: 'audit checkpoint adopt',
  arguments: ['service'],
  options: { by: { type: 'string' }, reason: { type: 'string' } },
  help:
    'keeps the last checkpoint that the database has outside of it again, where the kept one was lost, and says so in the log: ' +
    'only after you know why it was; verify the log first',
  run: ({ arguments: [name], options, env, print }) =>
    withData(env, async (data) => {
      const service = logNamed(name!);
      const decision = { by: textOf(options, 'by'), reason: textOf(options, 'reason') };
      const database = await data.schema(service);
      if (database === undefined) throw new CommandError(`${service} never ran on these data`);
      const settings = await signing(env);
      if (settings === undefined) throw new CommandError('the keys of the system are needed for this');
      const material = await openKeyMaterial({ dataDir: commonSettings(env).dataDir, env, create: false });
      const { subjectKeys } = await openSecrets({ database, service, material });
      const clock = await businessTime(data, database);
      const store = await data.log(service, database, clock);
      const adopted = await adoptCheckpoint(
        { database, store, settings, subjectKeys, now: clock.now() },
        decision,
      );
      if (adopted === undefined) throw new CommandError(`no checkpoint of ${service} was ever signed`);
      print(`kept again: ${adopted.size} events of ${service}, signed at ${adopted.at}`);
      return 0;
    }),
};
