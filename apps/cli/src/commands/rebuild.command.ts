import { SERVICES } from '@smartkey/event-bus';
import { urlVariable } from '@smartkey/runtime';
import { CommandError, type CliCommand } from '../command.ts';
import { withData } from '../data/open-data.ts';
import { withProjections } from '../data/projection-hosts.ts';
import { refuseWhileRunning } from '../data/refuse-while-running.ts';
import { runningService } from '../data/running-service.ts';
import { serviceNamed } from '../data/services.ts';

export const rebuildCommand: CliCommand = {
  name: 'rebuild',
  arguments: ['service', 'projection'],
  help: 'builds a projection again from the logs, beside the one that serves, and swaps',
  run: async ({ arguments: [serviceName, projection], env, print }) => {
    const service = serviceNamed(serviceName!);
    const call = await runningService(env, service);
    if (call !== undefined) {
      await call('POST', `/internal/projections/${encodeURIComponent(projection!)}/rebuild`);
      print(`${service} builds ${projection} and will swap; its log says when`);
      return 0;
    }
    await withData(env, async (data) => {
      await refuseWhileRunning(
        data,
        `ask the running service (${urlVariable(service)}), or stop the services`,
      );
      await withProjections(data, env, async (hosts) => {
        const host = hosts.get(service);
        const missing = SERVICES.find((each) => !hosts.has(each));
        if (host === undefined || missing !== undefined)
          throw new CommandError(
            `the log of ${missing} is not in these data: ask the running service (${urlVariable(service)})`,
          );
        await host.start();
        await host.rebuild(projection!);
        const status = (await host.status()).find(({ name }) => name === projection);
        print(`${projection} was built again and serves as ${status?.generation}`);
      });
    });
    return 0;
  },
};
