import type { MissingCharacter, PrintableDocument, StatementRow } from '@smartkey/billing-renditions';

/** A document as pages or as an electronic invoice, or its statement as pages. */
export type Job = { readonly id: number; readonly printable: PrintableDocument } & (
  | { readonly kind: 'document'; readonly jpPint?: Uint8Array }
  | { readonly kind: 'jp-pint' }
  | { readonly kind: 'statement'; readonly rows: readonly StatementRow[] }
);

/** Without its number, which the thread's owner gives. */
export type JobOf<Kind extends Job['kind']> = Omit<Extract<Job, { readonly kind: Kind }>, 'id'>;

/** A field that keeps a document from becoming a file. */
interface FieldAtFault {
  readonly pointer: string;
  readonly rule: string;
  readonly detail: string;
}

/** What the thread answers. */
export type DoneJob = { readonly id: number } & (
  | { readonly content: Uint8Array }
  | { readonly missing: readonly Omit<MissingCharacter, 'character'>[] }
  | { readonly fields: readonly FieldAtFault[] }
  | { readonly failure: string }
);
