import { evidenceOf, SERVICES } from '@smartkey/event-bus';
import { keepFindings } from '@smartkey/event-store';
import { endWaysIn } from '@smartkey/gateway-service';
import { acceptLoss } from '@smartkey/runtime';
import { openSecrets } from '@smartkey/secrets';
import { restoreLog } from '@smartkey/transparency';
import { type CliCommand } from '../command.ts';
import { askToLook } from '../data/ask-to-look.ts';
import { businessTime } from '../data/business-time.ts';
import { compareLog } from '../data/compare-log.ts';
import { DEFINITIONS } from '../data/definitions.ts';
import { keysOf } from '../data/keys-of.ts';
import { withData } from '../data/open-data.ts';
import { printFindings } from '../data/print-findings.ts';
import { logNamed } from '../data/services.ts';
import { signing } from '../data/signing.ts';
import { textOf } from '../data/text-option.ts';
import { newlyUnknownNames, unknownNames } from '../data/unknown-names.ts';

/** So many names are evidence enough. */
const MOST_NAMED = 20;

export const logAcceptLossCommand: CliCommand = {
  name: 'log accept-loss',
  arguments: ['service'],
  options: { by: { type: 'string' }, reason: { type: 'string' } },
  help:
    'gives up what a log lacks, and lets it be written to again: one person proposes with --reason, ' +
    'another says the same without; compare the log first, and put a younger copy in where there is one',
  run: ({ arguments: [name], options, env, print, note }) =>
    withData(env, async (data) => {
      const service = logNamed(name!);
      const by = textOf(options, 'by');
      const database = await data.mustHave(service);
      const store = await data.log(service, database, { whenLost: 'go-back' });
      const { lacking } = await compareLog(service, store, (each) => data.schema(each));
      const head = await store.last();
      // What readers of these data have is evidence, though nothing has run since they were restored.
      await store.standing.enter(lacking.map(evidenceOf), head);
      if (service === 'gateway') {
        // Keys lie beside its log: they may be missing though the log lacks nothing.
        const unknown = await newlyUnknownNames(data, database);
        await store.standing.enter(
          unknown.slice(0, MOST_NAMED).map(({ subject, detail }) => ({ reader: subject, detail })),
          head,
        );
      }
      if (options['reason'] !== undefined) {
        const { proposedBy, reason } = await store.standing.propose(by, textOf(options, 'reason'));
        print(`${proposedBy} proposes to give up what the log of ${service} lacks: ${reason}`);
        print(`another person confirms with: log accept-loss ${service} --by <name>`);
        return 0;
      }
      const definition =
        service === 'gateway'
          ? { lossAccepted: endWaysIn }
          : DEFINITIONS.find((each) => each.name === service)!;
      const [clock, settings] = [await businessTime(data, database), await signing(env)];
      const begun = await acceptLoss({ definition, database, store, clock, settings }, by);
      print(`accepted by ${by}: the log of ${service} goes on behind position ${begun.keptPosition}`);
      print(`  incarnation ${begun.number}, ${begun.id}`);
      if (settings !== undefined) {
        const material = await keysOf(env);
        const { subjectKeys } = await openSecrets({ database, service, material });
        await restoreLog({ database, store, settings, subjectKeys, now: clock.now() });
      }
      if ((await store.standing.restoring()) === undefined)
        note(
          'its checkpoints bear another name from now on: tell the witness and the readers (npm run cli -- audit keys)',
        );
      else note(`it is written to again when ${service} starts next, and tells of its loss first`);
      if (service === 'gateway')
        await keepFindings(
          database,
          { source: service, number: begun.number },
          await unknownNames(data, database),
        );
      await askToLook(env, SERVICES, note);
      await printFindings(database, print);
      return 0;
    }),
};
