import { verifyLog } from '@smartkey/event-store';
import { SystemClock } from '@smartkey/identity';
import type { Command } from '../command.ts';
import { withData } from '../data/open-data.ts';
import { SERVICES } from '../data/services.ts';

export const verifyCommand: Command = {
  name: 'verify',
  arguments: [],
  help: 'follows the hash over every stream of every log; exit code 1 where one is broken',
  run: ({ env, print, note }) =>
    withData(env, async (data) => {
      let broken = 0;
      for (const service of SERVICES) {
        const database = await data.schema(service);
        if (database === undefined) {
          print(`${service}: no log`);
          continue;
        }
        const store = await data.log(service, database, new SystemClock());
        const { events, streams, breaks } = await verifyLog(store, (done) => {
          if (done > 0 && done % 100_000 === 0) note(`${service}: ${done} events`);
        });
        print(`${service}: ${events} events in ${streams} streams, ${breaks.length} broken`);
        for (const { stream, revision, kind, detail } of breaks)
          print(`  ${stream} at revision ${revision} is ${kind}: ${detail}`);
        broken += breaks.length;
      }
      return broken === 0 ? 0 : 1;
    }),
};
