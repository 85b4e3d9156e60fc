import type { ServiceParts } from '@smartkey/runtime';
import { Acknowledgements } from './acknowledgements.ts';
import { ExportCommands } from './export-commands.ts';
import { ExportFiles } from './export-files.ts';
import { ExportProgressStore } from './export-progress.store.ts';
import { ExportReads } from './export-reads.ts';
import { ExportRunner, type ExportRunnerParts } from './export-runner.ts';
import { Exports } from './exports.ts';

/** All that makes, shows and acknowledges exports. */
export function exportParts(
  parts: ServiceParts,
  of: Pick<ExportRunnerParts, 'reads' | 'invoices' | 'settings' | 'exportSettings' | 'documentFiles'>,
): { readonly runner: ExportRunner; readonly parts: readonly object[] } {
  const { store, database, log, secretBox } = parts;
  const files = new ExportFiles(database, secretBox);
  const progress = new ExportProgressStore(database);
  const commands = new ExportCommands(parts, of.reads.settings.series);
  const runner = new ExportRunner({ ...of, store, files, database, commands, progress, log });
  const reads = new ExportReads(of.reads.documents, progress, files);
  const exports = new Exports({ ...of, store, commands, progress, runner });
  return { runner, parts: [exports, reads, new Acknowledgements(parts, reads)] };
}
