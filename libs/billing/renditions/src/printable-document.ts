import type { CreditNote, Endpoint, Invoice, IssuerData } from '@smartkey/billing-domain';

/**
 * A document with all that its files show. What stood on it at its issue is as it stood; what was missing then and a file needs may
 * have been completed since: parts of the recipient, the buyer's address in the network.
 */
export interface PrintableDocument {
  readonly document: Invoice | CreditNote;
  /** What the issuer said of itself in the document's month when it was issued. */
  readonly issuer: IssuerData;
  /** The seller's address in the Peppol network. */
  readonly sellerEndpoint?: Endpoint;
  /** The buyer's address there. */
  readonly buyerEndpoint?: Endpoint;
  /** 注文番号. */
  readonly purchaseOrder?: string;
}
