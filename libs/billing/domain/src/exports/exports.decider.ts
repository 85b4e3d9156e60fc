import type { Decider } from '@smartkey/kernel';
import { recordExport } from './exports.decide.ts';
import type { ExportContent, InvoiceExported } from './exports.events.ts';
import { noExports, type ExportLog } from './exports.state.ts';

/** The log of exports. */
export const exportLog: Decider<ExportLog, ExportContent, InvoiceExported> = {
  initial: noExports,
  evolve: (state) => ({ count: state.count + 1 }),
  decide: recordExport,
};
