import type { CliCommand } from '../command.ts';
import { withData } from '../data/open-data.ts';
import { withProjections } from '../data/projection-hosts.ts';

/** So often a long replay says how far it is. */
const TOLD_EVERY = 50_000;

export const auditReplayCommand: CliCommand = {
  name: 'audit replay',
  arguments: [],
  options: { projection: { type: 'string' } },
  help:
    'makes every projection (--projection: one) once more from the logs in tables of its own, as far as the one that serves has read, and ' +
    'compares both, table by table; on a PostgreSQL server also while the system runs; exit code 1 where they differ',
  run: ({ env, options, print, note }) =>
    withData(env, (data) =>
      withProjections(data, env, async (hosts) => {
        let same = true;
        let found = false;
        for (const [service, host] of hosts)
          for (const { name, kind } of await host.status()) {
            if (kind !== 'projection' || (options['projection'] ?? name) !== name) continue;
            found = true;
            const began = performance.now();
            let applied = 0;
            const told = (messages: number): void => {
              const before = applied;
              applied += messages;
              if (Math.floor(applied / TOLD_EVERY) > Math.floor(before / TOLD_EVERY))
                note(`${service} ${name}: ${applied} messages`);
            };
            const replayed = await host.replay(name, told);
            note(
              `${service} ${name}: ${applied} messages in ${((performance.now() - began) / 1_000).toFixed(1)} s`,
            );
            print(JSON.stringify({ service, ...replayed }));
            same &&= replayed.same;
          }
        if (!found) note('there is no such projection in these data');
        return same && found ? 0 : 1;
      }),
    ),
};
