import { type CliCommand } from '../command.ts';
import { withData } from '../data/open-data.ts';
import { logNamed } from '../data/services.ts';
import { textOf } from '../data/text-option.ts';

/** Where all databases were put back together, no reader remembers more than its log has: only the person who did it knows of the loss. */
export const logDeclareLossCommand: CliCommand = {
  name: 'log declare-loss',
  arguments: ['service'],
  options: { by: { type: 'string' }, reason: { type: 'string' } },
  help:
    'says that the database of a service was put back from an older copy, where nobody is left who remembers more (log compare finds nothing): ' +
    'nothing is written to its log until two people have given up what came after the copy with log accept-loss',
  run: ({ arguments: [name], options, env, print }) =>
    withData(env, async (data) => {
      const service = logNamed(name!);
      const [by, reason] = [textOf(options, 'by'), textOf(options, 'reason')];
      const database = await data.mustHave(service);
      const store = await data.log(service, database);
      await store.standing.enter([{ reader: `declared by ${by}`, detail: reason }], await store.last());
      print(`nothing is written to the log of ${service} until two people have given up what it lacks`);
      print(`one proposes with: log accept-loss ${service} --by <name> --reason <text>`);
      return 0;
    }),
};
