import type { JstDay } from '@smartkey/calendar';
import type { DomainEvent, ExportId } from '@smartkey/kernel';

/** What an ERP made of one document. */
export interface AcknowledgedItem {
  readonly number: string;
  /** The ERP's own number, of a slip for one. */
  readonly externalId: string;
}

/** An ERP has taken an export in, the whole file or documents of it. */
export type ExportAcknowledged = DomainEvent<
  'ExportAcknowledged',
  {
    readonly export: ExportId;
    readonly on: JstDay;
    /** Whether the file as a whole is meant. */
    readonly file: boolean;
    /** The ERP's number of the file. */
    readonly externalId?: string;
    readonly items: readonly AcknowledgedItem[];
  }
>;
