import { auditLog, isSound, openCheckpoints, type LogTree } from '@smartkey/transparency';
import type { CliCommand } from '../command.ts';
import { withData } from '../data/open-data.ts';
import { KEEPERS } from '../data/services.ts';
import { needsOf } from '../heads/missing-rows.ts';
import { signing } from '../data/signing.ts';

export const verifyCommand: CliCommand = {
  name: 'verify',
  arguments: [],
  help: 'follows the hash over every stream of every log, its tree and its kept checkpoint; exit code 1 where one is broken or cannot be read',
  run: ({ env, print, note }) =>
    withData(env, async (data) => {
      const settings = await signing(env);
      if (settings === undefined)
        note('without the keys of the system the checkpoints that were kept outside are not looked at');
      let sound = true;
      for (const service of KEEPERS) {
        const database = await data.schema(service);
        if (database === undefined) {
          print(`${service}: no log`);
          continue;
        }
        const store = await data.log(service, database);
        const checkpointsOf =
          settings &&
          ((tree: LogTree, origin: string) => openCheckpoints(settings, { database, tree, store, origin }));
        const audited = await auditLog(
          { database, store, checkpointsOf, needs: needsOf(service) },
          (done) => {
            if (done > 0 && done % 100_000 === 0) note(`${service}: ${done} events`);
          },
        );
        const { events, streams, broken, breaks, tree, unreadable, wentBack } = audited;
        print(`${service}: ${events} events in ${streams} streams, ${broken} broken`);
        for (const { stream, revision, kind, detail } of breaks)
          print(`  ${stream} at revision ${revision} is ${kind}: ${detail}`);
        if (broken > breaks.length) print(`  and ${broken - breaks.length} more`);
        if (unreadable.count > 0) print(`  ${unreadable.count} events are unreadable: their keys are lost`);
        for (const { position, stream, revision, type, subject } of unreadable.events)
          print(`    ${type} of ${stream} at revision ${revision}, position ${position}: key of ${subject}`);
        if (unreadable.count > unreadable.events.length)
          print(`    and ${unreadable.count - unreadable.events.length} more`);
        if (wentBack !== null) {
          print(`  went back, known since ${wentBack.since}: it ends at position ${wentBack.head ?? 0}`);
          for (const { reader, detail } of wentBack.evidence) print(`    ${reader}: ${detail}`);
        }
        if (tree !== null) {
          const signed = tree.checkpoint === null ? 'nothing signed' : `signed up to ${tree.checkpoint.size}`;
          print(`  tree ${tree.origin}: ${tree.size} leaves, ${signed}, ${tree.broken} broken`);
          for (const { kind, detail } of tree.breaks) print(`    ${kind}: ${detail}`);
          if (tree.broken > tree.breaks.length) print(`    and ${tree.broken - tree.breaks.length} more`);
        }
        sound &&= isSound(audited);
      }
      return sound ? 0 : 1;
    }),
};
