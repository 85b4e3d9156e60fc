import type { JstDay, ServiceMonth } from '@smartkey/calendar';
import type { DomainEvent, ExportId } from '@smartkey/kernel';
import type { ControlTotals } from './control-totals.ts';
import type { ExportEncoding, ExportFormat } from './export-format.ts';
import type { ExportFault } from './table-rows.ts';

/** Documents that a finished export took: those of a month, where it is named, issued since a day, up to a document in the order of issue. */
export interface Claim {
  readonly month?: ServiceMonth;
  readonly since?: JstDay;
  /** Number of the last one. */
  readonly last: string;
}

/** Which documents an export takes, told so that they can be found again at any time. */
export interface Selection {
  /** Missing: of any month. */
  readonly month?: ServiceMonth;
  /** A day: issued on it or later. `last`: those that no finished export of the format had taken when this one was asked for. */
  readonly since?: JstDay | 'last';
  /** Of `last`: only documents behind this one in the order of issue. */
  readonly after?: string;
  /** Of `last`: these are taken. */
  readonly except?: readonly Claim[];
}

/** Somebody asked for a file. It will hold what was issued up to a position of billing's log. */
export type ExportRequested = DomainEvent<
  'ExportRequested',
  Selection & {
    readonly export: ExportId;
    /** 1, 2, … over all exports, without gaps. */
    readonly number: number;
    readonly format: ExportFormat;
    /** Missing for an archive of e-invoices. */
    readonly encoding?: ExportEncoding;
    readonly schemaVersion: string;
    /** Version of the settings that it is written by. */
    readonly settings: number;
    /** Position in billing's log. */
    readonly upTo: string;
  }
>;

/** What a file holds. */
export interface FileContent {
  readonly documents: number;
  /** Numbers of the first and last document. */
  readonly first?: string;
  readonly last?: string;
  readonly rows: number;
  readonly bytes: number;
  /** Hex SHA-256 over the file. */
  readonly sha256: string;
  /** Missing up to version 1. */
  readonly totals?: ControlTotals;
  /** Names of the files in it, where it is an archive of several; up to a hundred. */
  readonly files?: readonly string[];
}

/**
 * The file is there; its bytes are kept, and the hash proves them. Up to version 1 it was made and told at once, without a request, was
 * always of a month and had no totals.
 */
export type InvoiceExported = DomainEvent<
  'InvoiceExported',
  Selection &
    FileContent & {
      readonly export: ExportId;
      readonly number: number;
      readonly format: ExportFormat;
      readonly encoding?: ExportEncoding;
      readonly schemaVersion: string;
      readonly settings?: number;
    }
>;

/** The file could not be written: its documents have what the format has no place for. Nothing of it is kept, and nothing is taken. */
export type ExportRefused = DomainEvent<
  'ExportRefused',
  {
    readonly export: ExportId;
    readonly number: number;
    readonly format: ExportFormat;
    /** How many faults there are; the first of them are told. */
    readonly faults: number;
    readonly errors: readonly ExportFault[];
  }
>;

export type ExportEvent = ExportRequested | InvoiceExported | ExportRefused;

export const INVOICE_EXPORTED_VERSION = 2;
