import { DocumentSeries, configuredSeries } from '@smartkey/billing-service';
import { isSeriesName, seriesAfterLoss, seriesStreamOf } from '@smartkey/billing-domain';
import { CommandError, type CliCommand } from '../command.ts';
import { withData } from '../data/open-data.ts';
import { textOf } from '../data/text-option.ts';

export const seriesBeginCommand: CliCommand = {
  name: 'series begin',
  arguments: ['series'],
  argumentsMayLack: true,
  options: { by: { type: 'string' }, reason: { type: 'string' } },
  help:
    'lets documents be issued again after the log of billing lost some, in a series of its own (SK2 behind SK): ' +
    'look first for documents that were sent, for what is billed again bears other numbers',
  run: ({ arguments: [named], options, env, print }) =>
    withData(env, async (data) => {
      const by = textOf(options, 'by');
      const reason = textOf(options, 'reason');
      const database = await data.mustHave('billing');
      const store = await data.log('billing', database);
      const series = new DocumentSeries(database, configuredSeries(env));
      const next = named ?? seriesAfterLoss((await series.inUse()).series);
      if (next === undefined || !isSeriesName(next))
        throw new CommandError('name the series: 1 to 6 capital letters and digits, the first a letter');
      await series.decide({ series: next, by, reason }, async (each) => {
        const [first] = await store.readStream(seriesStreamOf(each), { limit: 1 });
        return first === undefined;
      });
      print(`documents go on as ${next}-000000001; close the months again`);
      return 0;
    }),
};
