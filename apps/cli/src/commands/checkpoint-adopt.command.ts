import { SystemClock } from '@smartkey/identity';
import { adoptCheckpoint } from '@smartkey/transparency';
import { CommandError, type Command } from '../command.ts';
import { withData } from '../data/open-data.ts';
import { KEEPERS } from '../data/services.ts';
import { signing } from '../data/signing.ts';

export const checkpointAdoptCommand: Command = {
  name: 'checkpoint adopt',
  arguments: ['service'],
  help:
    'keeps the last checkpoint that the database has outside of it again, where the kept one was lost: ' +
    'only after you know why it was; verify the log first',
  run: ({ arguments: [name], env, print }) =>
    withData(env, async (data) => {
      const service = KEEPERS.find((each) => each === name);
      if (service === undefined) throw new CommandError(`there is no service ${name}: ${KEEPERS.join(', ')}`);
      const database = await data.schema(service);
      if (database === undefined) throw new CommandError(`${service} never ran on these data`);
      const settings = await signing(env);
      if (settings === undefined) throw new CommandError('the keys of the system are needed for this');
      const store = await data.log(service, database, new SystemClock());
      const adopted = await adoptCheckpoint({ database, store, settings });
      if (adopted === undefined) throw new CommandError(`no checkpoint of ${service} was ever signed`);
      print(`kept again: ${adopted.size} events of ${service}, signed at ${adopted.at}`);
      return 0;
    }),
};
