import { lastDayOf, type ServiceMonth } from '@smartkey/calendar';
import type { FeeId } from '@smartkey/kernel';
import { sumOfYen, type Yen, type YenRounding } from '@smartkey/money';
import type { DocumentKind, Invoice, InvoiceLine } from '../invoice/invoice.ts';
import { TAX_RATES, type TaxCode } from '../tax/tax-code.ts';
import { taxesByRate } from '../tax/tax-groups.ts';

interface Lines {
  readonly number?: string;
  readonly kind?: DocumentKind;
  readonly month?: ServiceMonth;
  readonly rounding?: YenRounding;
  readonly lines: readonly (Partial<InvoiceLine> & { readonly amount: Yen; readonly taxCode?: TaxCode })[];
}

/** A document of such lines, with the tax that they come to. */
export function documentOf({
  number = 'SK-000000007',
  kind = 'invoice',
  month = '2024-01',
  rounding = 'floor',
  lines,
}: Lines): Invoice {
  const all = lines.map((line, index): InvoiceLine => {
    const taxCode: TaxCode = line.taxCode ?? 'JP-STD-10-2019';
    const common = { n: index + 1, item: 'one-time-fee', description: 'x', quantity: '1' } as const;
    const fee: FeeId = `fee_${index}`;
    return { ...common, fee, unitPrice: line.amount, date: lastDayOf(month), taxCode, ...line };
  });
  const taxes = taxesByRate(all, rounding);
  const [net, tax] = [sumOfYen(all.map(({ amount }) => amount)), sumOfYen(taxes.map((row) => row.tax))];
  return {
    number,
    contract: 'ctr_1',
    kind,
    month,
    issuedOn: '2024-02-01',
    dueOn: '2024-02-29',
    form: 'qualified',
    issuer: { name: '株式会社見本', registrationNumber: 'T7123456789012' },
    recipient: { name: '見本商事株式会社' },
    period: { from: `${month}-01`, to: lastDayOf(month) },
    lines: all,
    taxes,
    net,
    tax,
    total: sumOfYen([net, tax]),
    basis: {},
    inputs: { positions: {}, ruleVersion: '', policyVersion: '', termsVersion: '', hash: '' },
  };
}

export const TAX_CODES = Object.keys(TAX_RATES) as readonly TaxCode[];
