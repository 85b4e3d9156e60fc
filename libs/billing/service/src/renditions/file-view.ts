import type { FieldError } from '@smartkey/http';
import type { ContractId, Instant } from '@smartkey/kernel';
import type { FileThere, RenditionKind } from './document-files.query.ts';
import type { RefusedAt, RefusedFile } from './refused-files.ts';

/** A file of a document, as far as it is. */
export interface FileView {
  readonly kind: RenditionKind;
  /** waiting: to be rendered; refused: the document lacks something, which errors name. */
  readonly state: 'waiting' | 'rendered' | 'refused';
  readonly mediaType?: string;
  readonly bytes?: number;
  /** Hex SHA-256 over the file. */
  readonly sha256?: string;
  readonly templateVersion?: string;
  readonly jpPintVersion?: string;
  /** Of a statement. */
  readonly rows?: number;
  /** Of a statement, hex: root over the commitments of its rows (RFC 6962). */
  readonly root?: string;
  readonly renderedAt?: Instant;
  readonly errors?: readonly FileErrorView[];
}

/** What a document lacks for a file. */
interface FileErrorView {
  /** JSON pointer to the field. */
  readonly pointer: string;
  readonly rule: string;
  readonly detail: string;
}

const errorView = ({ pointer, rule, detail }: FieldError): FileErrorView => ({ pointer, rule, detail });

export function fileView(
  kind: RenditionKind,
  there: FileThere | undefined,
  refused: RefusedFile | undefined,
): FileView {
  if (there !== undefined) {
    const { mediaType, bytes, sha256, templateVersion, jpPintVersion, rows, root } = there.content;
    return {
      kind,
      state: 'rendered',
      ...(mediaType !== undefined && { mediaType }),
      ...(bytes !== undefined && { bytes }),
      ...(sha256 !== undefined && { sha256 }),
      ...(templateVersion !== undefined && { templateVersion }),
      ...(jpPintVersion !== undefined && { jpPintVersion }),
      ...(rows !== undefined && { rows }),
      ...(root !== undefined && { root }),
      renderedAt: there.renderedAt,
    };
  }
  if (refused !== undefined) return { kind, state: 'refused', errors: refused.errors.map(errorView) };
  return { kind, state: 'waiting' };
}

/** A file that a document lacks something for. */
export interface RefusedFileView {
  /** @example SK-000000001 */
  readonly number: string;
  readonly contract: ContractId;
  readonly kind: RenditionKind;
  readonly errors: readonly FileErrorView[];
}

export const refusedFileView = ({ number, contract, kind, errors }: RefusedAt): RefusedFileView => ({
  number,
  contract,
  kind,
  errors: errors.map(errorView),
});

/** How far the files of a run's documents are. */
export interface FileProgressView {
  readonly kind: RenditionKind;
  /** Documents of the run that are to have one. */
  readonly total: number;
  readonly rendered: number;
  /** That lack something; the documents name it. */
  readonly refused: number;
}
