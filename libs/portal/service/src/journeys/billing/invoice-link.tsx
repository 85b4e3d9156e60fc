/** A document by its number, where there is one. */
export const InvoiceLink = ({ number }: { readonly number: string | null | undefined }) =>
  number === undefined || number === null ? <>—</> : <a href={`/portal/invoices/${number}`}>{number}</a>;
