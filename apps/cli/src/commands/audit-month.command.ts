import { openedInvoice } from '@smartkey/billing-service';
import { isServiceMonth } from '@smartkey/calendar';
import type { EventStore } from '@smartkey/event-store';
import { DerivedSharedSeal, type SharedSeal } from '@smartkey/secrets';
import { MonthBooks, type DocumentPlace } from '../audit/month-books.ts';
import { scan } from '../audit/scan.ts';
import { CommandError, type CliCommand } from '../command.ts';
import { keysOf } from '../data/keys-of.ts';
import { withData } from '../data/open-data.ts';

/** Documents that are read again together. */
const AT_ONCE = 100;

export const auditMonthCommand: CliCommand = {
  name: 'audit month',
  arguments: ['month'],
  help:
    'prints every document of a service month with its files and hashes as JSON lines, and whether the month is complete: reads all ' +
    'of the logs of billing and of the contracts; exit code 1 where something is missing or broken',
  run: ({ arguments: [month], env, print, note }) =>
    withData(env, async (data) => {
      if (!isServiceMonth(month!)) throw new CommandError('a service month is written 2024-01');
      const { lookupKey } = await keysOf(env);
      const parties = new DerivedSharedSeal(lookupKey);
      const books = new MonthBooks(month);
      const logOf = async (service: 'billing' | 'contract'): Promise<EventStore> =>
        data.log(service, await data.mustHave(service));
      const billing = await logOf('billing');
      for await (const events of scan(billing, (read) => note(`billing: ${read} events`)))
        for (const event of events) books.takeBilling(event);
      for await (const events of scan(await logOf('contract'), (read) => note(`contract: ${read} events`)))
        for (const event of events) books.takeContract(event);
      for (let from = 0; from < books.places.length; from += AT_ONCE)
        for (const line of await documents(billing, parties, books, books.places.slice(from, from + AT_ONCE)))
          print(JSON.stringify(line));
      const result = books.result();
      print(JSON.stringify({ type: 'month', ...result }));
      return result.complete ? 0 : 1;
    }),
};

async function documents(
  store: EventStore,
  parties: SharedSeal,
  books: MonthBooks,
  places: readonly DocumentPlace[],
): Promise<readonly object[]> {
  return Promise.all(
    places.map(async ({ stream, revision, number }) => {
      const [event] = await store.readStream(stream, { from: revision, limit: 1 });
      if (event === undefined) throw new CommandError(`${number} was there, and is gone`);
      const { position, hash, occurredAt, recordedAt, metadata, data } = event;
      return {
        type: 'document',
        ...openedInvoice(parties, data),
        files: books.filesOf(number),
        log: { stream, revision, position: String(position), hash, occurredAt, recordedAt, metadata },
      };
    }),
  );
}
