import type { InvoiceLineMessage, InvoiceMessage } from '@smartkey/messages';

const lineView = ({
  n,
  item,
  description,
  quantity,
  unitPrice,
  tiers,
  amount,
  taxCode,
  ...rest
}: InvoiceLineMessage) => ({
  n,
  item,
  description,
  quantity,
  unitPrice,
  ...(tiers === undefined ? {} : { tiers }),
  amount,
  taxCode,
  ...rest,
});

/** A document with its fields in the order that people read them: the log keeps them in an order of its own. */
export function invoiceView(invoice: InvoiceMessage): object {
  const {
    number,
    contract,
    kind,
    month,
    issuedOn,
    dueOn,
    issuer,
    recipient,
    lines,
    taxes,
    net,
    tax,
    total,
    ...rest
  } = invoice;
  return {
    number,
    contract,
    kind,
    month,
    issuedOn,
    dueOn,
    issuer: { name: issuer.name, registrationNumber: issuer.registrationNumber },
    recipient,
    lines: lines.map(lineView),
    taxes: taxes.map(({ taxCode, rate, taxable, tax: amount }) => ({
      taxCode,
      ...(rate !== undefined && { rate }),
      taxable,
      tax: amount,
    })),
    net,
    tax,
    total,
    ...rest,
  };
}
