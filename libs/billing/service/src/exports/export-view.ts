import type { InvoiceExported } from '@smartkey/billing-domain';
import type { JstDay, ServiceMonth } from '@smartkey/calendar';
import { defined, type ExportId, type Instant } from '@smartkey/kernel';
import type { Yen } from '@smartkey/money';

/** An export as the public surface shows it. */
export interface ExportView {
  readonly id: ExportId;
  /** 1, 2, … over all exports. */
  readonly number: number;
  /** A large one is written while others go on; one whose documents have what its format has no place for is refused. */
  readonly state: 'running' | 'finished' | 'refused';
  /** Absent: of any month. */
  readonly month?: ServiceMonth;
  readonly format: 'canonical-csv' | 'freee' | 'moneyforward' | 'yayoi' | 'kanjo-bugyo' | 'jp-pint';
  /** Absent for an archive of e-invoices. */
  readonly encoding?: 'utf-8-bom' | 'shift_jis';
  /** Of the columns. */
  readonly schemaVersion: string;
  /** A day, or last: what no export of the format had taken before. */
  readonly since?: string;
  /** Version of the settings that it is written by; absent on former ones. */
  readonly settings?: number;
  /** How far one is that is running. */
  readonly progress?: ExportProgressView;
  readonly documents?: number;
  readonly first?: string;
  readonly last?: string;
  readonly rows?: number;
  readonly bytes?: number;
  readonly sha256?: string;
  /** What its documents come to per rate; absent on former ones. */
  readonly totals?: ControlTotalsView;
  /** Names of the tables in it, where there are several: it is an archive then. */
  readonly files?: readonly string[];
  /** How many faults there are of a refused one. */
  readonly faults?: number;
  /** The first of them. */
  readonly errors?: readonly ExportFaultView[];
  readonly requestedAt: Instant;
  readonly exportedAt?: Instant;
  /** What the ERP has said. */
  readonly acknowledgement?: AcknowledgementView;
}

interface ExportProgressView {
  /** Documents that are done. */
  readonly documents: number;
  readonly of: number;
}

export interface ControlTotalsView {
  readonly documents: number;
  readonly lines: number;
  /** Whole yen. */
  readonly net: Yen;
  /** Whole yen. */
  readonly tax: Yen;
  /** Whole yen. */
  readonly gross: Yen;
  readonly rates: readonly RateTotalsView[];
}

interface RateTotalsView {
  readonly taxCode: string;
  /**
   * Per cent; absent for what is out of scope.
   * @example 10
   */
  readonly rate?: string;
  /** Whole yen. */
  readonly net: Yen;
  /** Whole yen. */
  readonly tax: Yen;
  /** Whole yen. */
  readonly gross: Yen;
}

interface ExportFaultView {
  /** Of the document. */
  readonly number: string;
  /** The line's n. */
  readonly line?: number;
  /** The column, or the field of the document. */
  readonly field: string;
  readonly rule: string;
  readonly detail: string;
}

export interface AcknowledgementView {
  /** When the file was taken in, where that was said of it as a whole. */
  readonly on?: JstDay;
  /** The ERP's number of the file. */
  readonly externalId?: string;
  /** Documents that were acknowledged by number. */
  readonly documents: number;
}

/** What is told of an export in billing's log. */
type Content = Partial<InvoiceExported['data']> &
  Pick<InvoiceExported['data'], 'export' | 'number' | 'format' | 'schemaVersion'> & {
    readonly faults?: number;
    readonly errors?: readonly ExportFaultView[];
  };

export interface ToldExport {
  readonly state: ExportView['state'];
  readonly content: Content;
  readonly requestedAt: Instant;
  readonly endedAt?: Instant;
  readonly progress?: ExportProgressView;
  readonly acknowledgement?: AcknowledgementView;
}

export function exportView({
  state,
  content,
  requestedAt,
  endedAt,
  progress,
  acknowledgement,
}: ToldExport): ExportView {
  const { export: id, number, month, format, encoding, schemaVersion, since, settings } = content;
  const { documents, first, last, rows, bytes, sha256, totals, files, faults, errors } = content;
  return defined({
    id,
    number,
    state,
    month,
    format,
    encoding,
    schemaVersion,
    since,
    settings,
    progress: state === 'running' ? progress : undefined,
    documents,
    first,
    last,
    rows,
    bytes,
    sha256,
    totals,
    files,
    faults,
    errors,
    requestedAt,
    exportedAt: state === 'finished' ? endedAt : undefined,
    acknowledgement,
  });
}
