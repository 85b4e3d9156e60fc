import type { JstDay, ServiceMonth } from '@smartkey/calendar';
import type { DomainEvent, ExportId } from '@smartkey/kernel';

export const EXPORT_FORMATS = ['canonical-csv'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];
export const EXPORT_ENCODINGS = ['utf-8-bom', 'shift_jis'] as const;
export type ExportEncoding = (typeof EXPORT_ENCODINGS)[number];

/** What a batch holds and how it was written; the same bytes can be made from this and the documents, and proven by the hash. */
export interface ExportContent {
  readonly export: ExportId;
  readonly month: ServiceMonth;
  readonly format: ExportFormat;
  readonly encoding: ExportEncoding;
  readonly schemaVersion: string;
  /** Only documents issued from this day on. */
  readonly since?: JstDay;
  readonly documents: number;
  /** Numbers of the first and last document. */
  readonly first?: string;
  readonly last?: string;
  readonly rows: number;
  readonly bytes: number;
  /** Hex SHA-256 over the file. */
  readonly sha256: string;
}

export type InvoiceExported = DomainEvent<
  'InvoiceExported',
  ExportContent & {
    /** 1, 2, … over all exports, without gaps. */
    readonly number: number;
  }
>;
