import { SERVICES } from '@smartkey/event-bus';
import { open } from 'node:fs/promises';
import { isId } from '@smartkey/kernel';
import { DerivedSharedSeal, openSecrets } from '@smartkey/secrets';
import type { BrokenEvent } from '../audit/chains.ts';
import { historyOf, type HistoryLine } from '../audit/history.ts';
import { pageArticle, historyEnd, pageHead } from '../audit/history-page.ts';
import { CommandError, type CliCommand } from '../command.ts';
import { keysOf } from '../data/keys-of.ts';
import { withData } from '../data/open-data.ts';
import { AS_OF_OPTIONS, asOfOf } from './as-of.ts';

export const auditContractCommand: CliCommand = {
  name: 'audit contract',
  arguments: ['contract'],
  options: { ...AS_OF_OPTIONS, authentications: { type: 'boolean' }, page: { type: 'string' } },
  help:
    'prints what the logs say of a contract, its IDs and its documents, with actor, cause, terms version and hashes, as JSON lines; ' +
    '--authentications: each accepted code too; --page: writes it as a page to print (HTML) into that new file instead; exit code 1 where a hash is broken',
  run: (context) =>
    withData(context.env, async (data) => {
      const { env, options, note } = context;
      const contract = context.arguments[0]!;
      if (!isId('ctr', contract)) throw new CommandError('a contract is named ctr_…');
      const at = asOfOf(context);
      const material = await keysOf(env);
      const broken: BrokenEvent[] = [];
      let events = 0;
      const write = async (told: (line: HistoryLine) => Promise<void> | void): Promise<void> => {
        for await (const { service, database } of data.started(SERVICES)) {
          if (service === 'authentication' && options['authentications'] !== true) continue;
          const store = await data.log(service, database);
          const { subjectKeys } = await openSecrets({ database, service, material });
          const log = { service, store, subjectKeys, parties: new DerivedSharedSeal(material.lookupKey) };
          const lines = historyOf(log, { contract, ...at }, broken, (read) =>
            note(`${service}: ${read} events`),
          );
          for await (const line of lines) {
            events += 1;
            await told(line);
          }
        }
        if (events === 0) throw new CommandError(`no log says anything of ${contract}`);
      };
      const { page } = options;
      if (typeof page === 'string')
        await writePage(page, { contract, ...at }, write, () => [events, broken.length]);
      else await write((line) => context.print(JSON.stringify(line)));
      for (const each of broken) note(`${each.stream} at revision ${each.revision} is broken: ${each.why}`);
      note(`${events} events, ${broken.length} broken`);
      return broken.length === 0 ? 0 : 1;
    }),
};

/** @throws CommandError where the file is there: nothing is overwritten. */
async function writePage(
  path: string,
  head: Parameters<typeof pageHead>[0],
  write: (told: (line: HistoryLine) => Promise<void>) => Promise<void>,
  counts: () => readonly [events: number, broken: number],
): Promise<void> {
  const file = await open(path, 'wx', 0o600).catch((cause: unknown) => {
    throw new CommandError(`${path} cannot be made anew`, { cause });
  });
  try {
    await file.write(pageHead(head));
    await write(async (line) => void (await file.write(pageArticle(line))));
    await file.write(historyEnd(...counts()));
    await file.sync();
  } finally {
    await file.close();
  }
}
