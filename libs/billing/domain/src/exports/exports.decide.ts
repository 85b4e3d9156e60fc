import type { JstDay, ServiceMonth } from '@smartkey/calendar';
import { conflict, event, invalid, ok, type Decision, type ExportId } from '@smartkey/kernel';
import type { ExportEncoding, ExportFormat } from './export-format.ts';
import {
  INVOICE_EXPORTED_VERSION,
  type Claim,
  type ExportRefused,
  type ExportRequested,
  type FileContent,
  type InvoiceExported,
  type Selection,
} from './exports.events.ts';
import type { ExportLog } from './exports.state.ts';
import type { ExportFault } from './table-rows.ts';

export interface RequestExport {
  readonly type: 'RequestExport';
  readonly export: ExportId;
  readonly month?: ServiceMonth | undefined;
  readonly since?: JstDay | 'last' | undefined;
  readonly format: ExportFormat;
  readonly encoding?: ExportEncoding | undefined;
  readonly schemaVersion: string;
  readonly settings: number;
  readonly upTo: string;
  /** What exports of the format have taken that are told of in other streams: the series had another name. */
  readonly elsewhere?: readonly Claim[] | undefined;
}

export interface FinishExport {
  readonly type: 'FinishExport';
  readonly export: ExportId;
  readonly format: ExportFormat;
  readonly content: FileContent;
}

export interface RefuseExport {
  readonly type: 'RefuseExport';
  readonly export: ExportId;
  readonly format: ExportFormat;
  /** How many there are, and the first of them. */
  readonly faults: number;
  readonly errors: readonly ExportFault[];
}

export type ExportCommand = RequestExport | FinishExport | RefuseExport;

/** How many faults of a refused export are told; how many more there are is counted. */
export const FAULTS_TOLD = 1_000;

/**
 * An export is asked for and numbered. One is written at a time in each format, so that `last` always knows what those before it have
 * taken: none loses a document, and none takes one twice, whoever asks at once and wherever a process dies.
 */
export function requestExport(command: RequestExport, state: ExportLog): Decision<ExportRequested> {
  const { month, since, format, encoding } = command;
  const open = state.open[format];
  if (open !== undefined)
    return conflict(
      'export-running',
      `Export ${open.export} of this format is being written; ask again when it has ended.`,
      { pointer: '/format' },
    );
  if (month === undefined && since !== 'last')
    return invalid('month', 'A month is needed, but for since: "last".', {
      rule: 'service-month',
      pointer: '/month',
    });
  if (format === 'jp-pint' && encoding !== undefined)
    return invalid('encoding', 'E-invoices are XML and have no choice of an encoding.', {
      rule: 'encoding',
      pointer: '/encoding',
    });
  return ok([
    event('ExportRequested', {
      export: command.export,
      number: state.count + 1,
      ...selectionOf(command, state),
      format,
      ...(encoding !== undefined && { encoding }),
      schemaVersion: command.schemaVersion,
      settings: command.settings,
      upTo: command.upTo,
    }),
  ]);
}

function selectionOf({ month, since, format, elsewhere = [] }: RequestExport, state: ExportLog): Selection {
  const selection = { ...(month !== undefined && { month }), ...(since !== undefined && { since }) };
  if (since !== 'last') return selection;
  const taken = state.taken[format] ?? { claims: [] };
  const except = [...elsewhere, ...taken.claims].filter(
    (claim) => month === undefined || (claim.month ?? month) === month,
  );
  return {
    ...selection,
    ...(taken.upTo !== undefined && { after: taken.upTo }),
    ...(except.length > 0 && { except }),
  };
}

export function finishExport(
  { export: id, format, content }: FinishExport,
  state: ExportLog,
): Decision<InvoiceExported> {
  const open = state.open[format];
  if (open?.export !== id) return ok([]);
  const { upTo: _upTo, ...asked } = open;
  return ok([{ type: 'InvoiceExported', version: INVOICE_EXPORTED_VERSION, data: { ...asked, ...content } }]);
}

export function refuseExport(
  { export: id, format, faults, errors }: RefuseExport,
  state: ExportLog,
): Decision<ExportRefused> {
  const open = state.open[format];
  if (open?.export !== id) return ok([]);
  return ok([event('ExportRefused', { export: id, number: open.number, format, faults, errors })]);
}
