import { type ServiceName, SERVICES } from '@smartkey/event-bus';
import type { ParkedStream } from '@smartkey/projections';
import { CommandError, type CliCommand } from '../command.ts';
import { withData } from '../data/open-data.ts';
import { withProjections } from '../data/projection-hosts.ts';
import { runningService } from '../data/running-service.ts';
import { serviceNamed } from '../data/services.ts';

export const parkedListCommand: CliCommand = {
  name: 'parked list',
  arguments: [],
  help: 'lists the streams that a projection has set aside; exit code 1 where there are any',
  run: async ({ env, print }) => {
    const found: [ServiceName, readonly ParkedStream[]][] = [];
    const stopped: ServiceName[] = [];
    for (const service of SERVICES) {
      const call = await runningService(env, service);
      if (call === undefined) stopped.push(service);
      else {
        const { items } = (await call('GET', '/internal/projections/parked-streams')) as {
          items: ParkedStream[];
        };
        found.push([service, items]);
      }
    }
    if (stopped.length > 0)
      await withData(env, (data) =>
        withProjections(data, env, async (hosts) => {
          for (const service of stopped) {
            const host = hosts.get(service);
            if (host !== undefined) found.push([service, await host.parked()]);
          }
        }),
      );
    let count = 0;
    for (const [service, streams] of found)
      for (const { projection, source, stream, contract, revision, waiting, parkedAt, error } of streams) {
        count += 1;
        print(`${service} ${projection} ${source} ${stream}`);
        print(
          `    ${contract ?? 'no contract'}, revision ${revision}, ${waiting} waiting since ${parkedAt}: ${error}`,
        );
      }
    print(`${count} parked`);
    return count === 0 ? 0 : 1;
  },
};

export const parkedRetryCommand: CliCommand = {
  name: 'parked retry',
  arguments: ['service', 'projection', 'source', 'stream'],
  help: 'applies what waits in a parked stream; exit code 1 where it is still refused',
  run: async ({ arguments: [serviceName, projection, sourceName, stream], env, print }) => {
    const service = serviceNamed(serviceName!);
    const source = serviceNamed(sourceName!);
    const call = await runningService(env, service);
    const waiting =
      call === undefined
        ? await withData(env, (data) =>
            withProjections(data, env, async (hosts) => {
              const host = hosts.get(service);
              if (host === undefined) throw new CommandError(`${service} was never started on these data`);
              return host.retry(projection!, source, stream!);
            }),
          )
        : (
            (await call('POST', '/internal/projections/parked-streams/retry', {
              projection,
              source,
              stream,
            })) as {
              waiting: number;
            }
          ).waiting;
    print(waiting === 0 ? `${stream} is free again` : `${stream} is still refused: ${waiting} wait`);
    return waiting === 0 ? 0 : 1;
  },
};
