import { openSecrets } from '@smartkey/secrets';
import { adoptCheckpoint } from '@smartkey/transparency';
import { CommandError, type CliCommand } from '../command.ts';
import { businessTime } from '../data/business-time.ts';
import { keysOf } from '../data/keys-of.ts';
import { withData } from '../data/open-data.ts';
import { logNamed } from '../data/services.ts';
import { mustSign } from '../data/signing.ts';
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
      const database = await data.mustHave(service);
      const settings = await mustSign(env);
      const material = await keysOf(env);
      const { subjectKeys } = await openSecrets({ database, service, material });
      const clock = await businessTime(data, database);
      const store = await data.log(service, database, { clock });
      const adopted = await adoptCheckpoint(
        { database, store, settings, subjectKeys, now: clock.now() },
        decision,
      );
      if (adopted === undefined) throw new CommandError(`no checkpoint of ${service} was ever signed`);
      print(`kept again: ${adopted.size} events of ${service}, signed at ${adopted.at}`);
      return 0;
    }),
};
