/** A field that keeps a document from becoming a file, by the rule that asks for it. */
export interface FieldAtFault {
  /** JSON pointer (RFC 6901) into the printable document: `/buyerEndpoint`, `/document/recipient/address`. */
  readonly pointer: string;
  /** `required`, or the rule that is broken: one of JP PINT (`ibr-080`), or one of our own in kebab-case. */
  readonly rule: string;
  /** One sentence for people. Never shows what a person or a company is called. */
  readonly detail: string;
}

/** Why a document has no JP PINT file. The document itself stands. */
export interface JpPintRefusal {
  /** `before-2023-10`: no such file for the service month; `fields`: these are missing or broken. */
  readonly code: 'before-2023-10' | 'fields';
  /** Every field that is at fault, at least one. */
  readonly fields: readonly FieldAtFault[];
}
