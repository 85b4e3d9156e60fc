import { event, ok, type Decision } from '@smartkey/kernel';
import type { ExportContent, InvoiceExported } from './exports.events.ts';
import type { ExportLog } from './exports.state.ts';

/** Exports are numbered as they are made. */
export const recordExport = (content: ExportContent, state: ExportLog): Decision<InvoiceExported> =>
  ok([event('InvoiceExported', { ...content, number: state.count + 1 })]);
