import type { InvoiceExported } from '@smartkey/billing-domain';
import type { JstDay, ServiceMonth } from '@smartkey/calendar';
import type { Instant, ExportId } from '@smartkey/kernel';

/** An export as the public surface shows it. */
export interface ExportView {
  readonly id: ExportId;
  /** 1, 2, … over all exports. */
  readonly number: number;
  readonly month: ServiceMonth;
  readonly format: 'canonical-csv';
  readonly encoding: 'utf-8-bom' | 'shift_jis';
  /** Of the columns. */
  readonly schemaVersion: string;
  readonly since?: JstDay;
  readonly documents: number;
  readonly first?: string;
  readonly last?: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly exportedAt: Instant;
}

export const exportView = (
  { export: id, ...content }: InvoiceExported['data'],
  exportedAt: Instant,
): ExportView => ({ id, ...content, exportedAt });
