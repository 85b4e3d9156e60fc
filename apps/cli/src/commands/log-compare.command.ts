import { type CliCommand } from '../command.ts';
import { askToLook } from '../data/ask-to-look.ts';
import { compareLog } from '../data/compare-log.ts';
import { withData } from '../data/open-data.ts';
import { lostOnTopic, lostPage, printLost } from '../data/lost-on-topic.ts';
import { printFindings } from '../data/print-findings.ts';
import { logNamed } from '../data/services.ts';
import { newlyUnknownNames } from '../data/unknown-names.ts';

export const logCompareCommand: CliCommand = {
  name: 'log compare',
  arguments: ['service'],
  options: { after: { type: 'string' }, limit: { type: 'string' } },
  help:
    'what the log of a service has, and what is known beyond it by those who have read it: ' +
    'exit code 1 where it lacks anything. Where KAFKA_BROKERS is set the events are listed that its topic holds and the log lacks, ' +
    'by position, 50 or --limit of them behind position --after',
  run: ({ arguments: [name], options, env, print, note }) =>
    withData(env, async (data) => {
      const service = logNamed(name!);
      const database = await data.mustHave(service);
      // Readers with databases of their own tell what they have to the service alone.
      if (service !== 'gateway') await askToLook(env, [service], note);
      const store = await data.log(service, database, { whenLost: 'open' });
      const { head, wentBack, readers, lacking } = await compareLog(service, store, (each) =>
        data.schema(each),
      );
      print(
        head === undefined
          ? `${service}: an empty log`
          : `${service}: ends at position ${head.position}, revision ${head.revision} of ${head.stream}`,
      );
      print(`  ${readers} readers of these data remember what they have read of it`);
      for (const { reader, event, common } of lacking)
        print(
          `  ${reader} has read up to position ${event.position}, revision ${event.revision} of ${event.stream}; ` +
            (common === undefined
              ? 'nothing that it remembers is in the log'
              : `the log has it up to position ${common.position} at least`),
        );
      if (wentBack !== undefined) {
        print(`  went back, known since ${wentBack.since}: nothing is appended`);
        for (const { reader, detail, at } of wentBack.evidence) print(`    ${at} ${reader}: ${detail}`);
      }
      const lost = await store.standing.lost();
      if (lost !== undefined) print(`  ${lost}`);
      const goneBack = lacking.length > 0 || wentBack !== undefined || lost !== undefined;
      const onTopic =
        goneBack && service !== 'gateway'
          ? await lostOnTopic(env, service, { store, lacking, wentBack, page: lostPage(options), note })
          : undefined;
      if (onTopic !== undefined) printLost(onTopic, print);
      else if (lacking.length > 0) print('  what lies between is not known in full from these data');
      const unknown = service === 'gateway' ? await newlyUnknownNames(data, database) : [];
      for (const { kind, subject, detail } of unknown) print(`  ${kind} ${subject}: ${detail}`);
      await printFindings(database, print);
      const lacksNothing = lacking.length === 0 && unknown.length === 0 && wentBack === undefined;
      return lacksNothing && lost === undefined ? 0 : 1;
    }),
};
