import { configuredSeries, DocumentSeries, DocumentsPutBack } from '@smartkey/billing-service';
import { SystemClock } from '@smartkey/identity';
import { commonSettings } from '@smartkey/runtime';
import { DerivedSharedSeal, openKeyMaterial } from '@smartkey/secrets';
import { CommandError, type CliCommand } from '../command.ts';
import { heldByFiles } from '../data/held-by-files.ts';
import { heldByTopic } from '../data/held-by-topic.ts';
import { type Data, withData } from '../data/open-data.ts';
import { textOf } from '../data/text-option.ts';

/** So many are named where their recipients are not known. */
const MOST_NAMED = 20;

export const logPutBackCommand: CliCommand = {
  name: 'log put-back',
  arguments: ['service'],
  options: {
    from: { type: 'string' },
    by: { type: 'string' },
    reason: { type: 'string' },
    all: { type: 'boolean' },
  },
  help:
    'puts documents that the log of billing has lost back under their numbers, once the loss is accepted: --from topic (by default), or --from a folder of ' +
    'proofs (*.ndjson, docs/proof-format.md). Where the topic holds all that anybody has read, or --all says that there were no others, documents go on in their ' +
    'series; else decide with series begin. Exit code 1 where something is not put back, or not all is known',
  run: ({ arguments: [service], options, env, print }) =>
    withData(env, async (data) => {
      if (service !== 'billing')
        throw new CommandError('documents are put back into the log of billing alone');
      const [by, reason] = [textOf(options, 'by'), textOf(options, 'reason')];
      const from = options['from'] === undefined ? 'topic' : textOf(options, 'from');
      const { database, store: billing } = await openLog(data, 'billing');
      const series = new DocumentSeries(database, configuredSeries(env));
      const undecided = await series.undecided();
      if (undecided.length === 0) {
        print('nothing is to be put back: there is no loss of documents that nobody has decided about');
        return 0;
      }
      const { dataDir } = commonSettings(env);
      const { lookupKey } = await openKeyMaterial({ dataDir, env, create: false });
      const parties = new DerivedSharedSeal(lookupKey);
      const incarnation = undecided.at(-1)!;
      const documents = new DocumentsPutBack({
        store: billing,
        parties,
        begun: await series.begun(),
        incarnation,
        by,
        reason,
      });
      const nameless: string[] = [];
      let complete: true | string =
        options['all'] === true ? true : 'files do not say whether there were others';
      if (from === 'topic') {
        const { store: contracts } = await openLog(data, 'contract');
        const held = await heldByTopic(env, { billing, contracts, parties, undecided });
        if (complete !== true) complete = held.complete;
        await held.tell(
          (document) => documents.take(document),
          (number) => void nameless.push(number),
        );
      } else for (const document of await heldByFiles(from)) await documents.take(document);
      const { putBack, there, refused } = await documents.finish();
      print(`${putBack} documents put back, ${there} were there, ${refused + nameless.length} not put back`);
      for (const { number, why, detail } of documents.refusals) print(`  ${number} ${why}: ${detail}`);
      for (const number of nameless.slice(0, MOST_NAMED))
        print(
          `  ${number} recipient-unknown: the logs name another recipient; a proof of it tells the whole`,
        );
      if (refused + nameless.length > 0 || complete !== true) {
        if (complete !== true) print(`what else was lost is not known: ${complete}`);
        print('documents wait for a person: put back what others hold, or let them go on with series begin');
        return 1;
      }
      await series.goOn({ by, reason });
      print('all that was lost is put back: documents go on in their series; close the months again');
      return 0;
    }),
};

async function openLog(data: Data, service: 'billing' | 'contract') {
  const database = await data.schema(service);
  if (database === undefined) throw new CommandError(`${service} never ran on these data`);
  return { database, store: await data.log(service, database, new SystemClock()) };
}
