import type { FontVersion, RenderedFile } from '@smartkey/billing-domain';
import type { PrintableDocument } from '@smartkey/billing-renditions';
import type { FieldError } from '@smartkey/http';
import type { Result } from '@smartkey/kernel';

/** A file as it was written, to be stored. */
export interface WrittenFile extends Pick<RenderedFile, 'templateVersion'> {
  readonly content: Uint8Array;
  readonly fonts?: readonly FontVersion[];
}

/** Why a document has no file of a kind, by field. */
export type FileRefusal = readonly FieldError[];

/** Writes files of documents. What it has no fields or characters for it refuses; what fails throws. */
export interface FileWriters {
  jpPint(printable: PrintableDocument): Promise<Result<WrittenFile, FileRefusal>>;
  /** @param jpPint carried inside, where the document has it. */
  pdf(printable: PrintableDocument, jpPint?: Uint8Array): Promise<Result<WrittenFile, FileRefusal>>;
  /** Names the program as far as files depend on it: what it refused, another one may be able to write. */
  readonly program: string;
}
