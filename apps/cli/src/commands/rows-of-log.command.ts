import { RowsOfLog } from '@smartkey/device-registry-service';
import { keepFindings } from '@smartkey/event-store';
import { openSecrets } from '@smartkey/secrets';
import { scan } from '../audit/scan.ts';
import { CommandError, type CliCommand } from '../command.ts';
import { keysOf } from '../data/keys-of.ts';
import { withData } from '../data/open-data.ts';
import { refuseWhileRunning } from '../data/refuse-while-running.ts';

export const rowsOfLogCommand: CliCommand = {
  name: 'rows-of-log',
  arguments: ['service'],
  help:
    'makes rows again that lie beside the log of device-registry and follow from it: who an external id is, names, whose devices and enrolments are; on ' +
    'stopped services, for an external id that finds nobody would be registered as somebody else. Rows that are there stay. Exit code 1 where a key is lost that an event needs',
  run: ({ arguments: [service], env, print, note }) =>
    withData(env, async (data) => {
      if (service !== 'device-registry')
        throw new CommandError('rows that follow from a log are those of device-registry');
      await refuseWhileRunning(data, 'stop the services first');
      const database = await data.mustHave(service);
      const store = await data.log(service, database);
      const material = await keysOf(env);
      const { subjectKeys } = await openSecrets({ database, service, material });
      const rows = new RowsOfLog({ database, subjectKeys, lookupKey: material.lookupKey });
      for await (const events of scan(store, (read) => note(`${read} events`))) await rows.take(events);
      const { identities, names, ownedIds, unreadable, unreadableCount } = rows.result;
      print(
        `made again: ${identities} external ids, ${names} names, ${ownedIds} ids of devices and enrolments`,
      );
      if (unreadableCount === 0) return 0;
      const number = (await store.standing.incarnations()).at(-1)?.number ?? 1;
      await keepFindings(
        database,
        { source: service, number },
        unreadable.map((subject) => ({
          kind: 'key-lost',
          subject,
          detail: 'the key of the account is lost: its external id finds nobody, and its events do not open',
        })),
      );
      for (const account of unreadable) print(`${account}: its key is lost, its events do not open`);
      if (unreadableCount > unreadable.length) print(`and ${unreadableCount - unreadable.length} more`);
      return 1;
    }),
};
