import type { ContractId, DomainEvent } from '@smartkey/kernel';
import type { Recipient } from '../invoice/invoice.ts';
import type { IssuerData } from '../issuer/issuer-catalogue.ts';
import type { Endpoint } from '../profile/billing-profile.ts';

/** The files that a document is rendered as, once: PDF/A-3a, and JP PINT from 2023-10 on. */
export const FILE_KINDS = ['pdf', 'jp-pint'] as const;
export type FileKind = (typeof FILE_KINDS)[number];

/** A font in a file, `"BIZUDPGothic-Regular"`, with the version of the package that it is of. */
export interface FontVersion {
  readonly name: string;
  readonly version: string;
}

/** A file as it lies stored for ever. */
export interface RenderedFile {
  readonly kind: FileKind;
  readonly mediaType: string;
  readonly bytes: number;
  /** Hex SHA-256 over the file. */
  readonly sha256: string;
  /** Of the layout, or of the writer. */
  readonly templateVersion: string;
  readonly fonts?: readonly FontVersion[];
  /** Of a JP PINT file: the version of the specification. */
  readonly jpPintVersion?: string;
  /** Of a PDF: the hash of the JP PINT file that it carries. */
  readonly embeds?: string;
}

/** What files show and was missing when the document was issued. */
export interface Completion {
  readonly recipient?: Pick<Recipient, 'postalCode' | 'address'>;
  readonly issuer?: Pick<IssuerData, 'postalCode' | 'address' | 'bankAccount' | 'endpoint'>;
  /** The buyer's address in the Peppol network. */
  readonly buyerEndpoint?: Endpoint;
  readonly purchaseOrder?: string;
}

/** Whose document it is. */
interface OfDocument {
  readonly number: string;
  readonly contract: ContractId;
}

/** The per-account statement of a document, as its rows lie stored. */
export interface StatementRows {
  /** Names the rows where they are stored. */
  readonly statement: string;
  readonly rows: number;
  /** Hex: the root over the commitments of its rows (RFC 6962), by month and account. */
  readonly root: string;
}

/** What a document lacked at its issue was completed; what it had stays. */
export type DocumentCompleted = DomainEvent<'DocumentCompleted', OfDocument & Completion>;

/** A document has become a file, which never changes. */
export type DocumentRendered = DomainEvent<'DocumentRendered', OfDocument & RenderedFile>;

/** The accounts behind a document's usage were written down, each row sealed under the key of its account. */
export type StatementMade = DomainEvent<'StatementMade', OfDocument & StatementRows>;

export type RenditionEvent = DocumentCompleted | DocumentRendered | StatementMade;
