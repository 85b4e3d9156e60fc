import { configuredSeries, DocumentSeries, DocumentsPutBack } from '@smartkey/billing-service';
import type { Database } from '@smartkey/database';
import type { EventStore } from '@smartkey/event-store';
import { DerivedSharedSeal } from '@smartkey/secrets';
import { readOrigins, type CheckpointSettings } from '@smartkey/transparency';
import { CommandError, type CliCommand } from '../command.ts';
import { heldByFiles, type OwnLog } from '../data/held-by-files.ts';
import { heldByTopic } from '../data/held-by-topic.ts';
import { type Data, withData } from '../data/open-data.ts';
import { originIn } from '../data/origin-in.ts';
import { mustSign } from '../data/signing.ts';
import { textOf } from '../data/text-option.ts';

/** So many are named that are no documents to be judged: without a recipient, or in a file that cannot be read. */
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
      const settings = await mustSign(env);
      const parties = new DerivedSharedSeal(settings.secret);
      const documents = new DocumentsPutBack({
        store: billing,
        parties,
        begun: await series.begun(),
        incarnation: undecided.at(-1)!,
        by,
        reason,
      });
      const besides: string[] = [];
      let complete: true | string =
        options['all'] === true ? true : 'files do not say whether there were others';
      if (from === 'topic') {
        const { store: contracts } = await openLog(data, 'contract');
        const held = await heldByTopic(env, { billing, contracts, parties, undecided });
        if (complete !== true) complete = held.complete;
        await held.tell(
          (document) => documents.take(document),
          (number) =>
            void besides.push(
              `${number} recipient-unknown: the logs name another recipient; a proof of it tells the whole`,
            ),
        );
      } else {
        const own = await ownLog(database, billing, settings, undecided);
        const { documents: held, unreadable, givenUp } = await heldByFiles(from, own);
        for (const document of held) await documents.take(document);
        for (const { file, detail } of unreadable) besides.push(`${file} proof-unreadable: ${detail}`);
        if (givenUp > 0) print(`${givenUp} documents of losses that were decided about stay as they are`);
      }
      const { putBack, there, refused } = await documents.finish();
      const notPutBack = refused + besides.length;
      print(`${putBack} documents put back, ${there} were there, ${notPutBack} not put back`);
      for (const { number, why, detail } of documents.refusals) print(`  ${number} ${why}: ${detail}`);
      for (const line of besides.slice(0, MOST_NAMED)) print(`  ${line}`);
      if (notPutBack > 0 || complete !== true) {
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
  const database = await data.mustHave(service);
  return { database, store: await data.log(service, database) };
}

/** By what documents in proofs are known as this system's. */
async function ownLog(
  database: Database,
  store: EventStore,
  settings: CheckpointSettings,
  undecided: readonly number[],
): Promise<OwnLog> {
  const base = await originIn(database);
  if (base === undefined) throw new CommandError('billing has signed nothing on these data: start it once');
  const { names } = await readOrigins(store, base);
  const decided = (await store.standing.incarnations()).filter(
    // The name of a leaf says of which incarnation it is, where the loss gave the log another one.
    ({ number }) => !undecided.includes(number) && names.includes(`${base}/${number}`),
  );
  return { ...settings, base, decided };
}
