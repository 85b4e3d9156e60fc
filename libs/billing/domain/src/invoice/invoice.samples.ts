import { spanOfMonth, type ServiceMonth } from '@smartkey/calendar';
import { DEFAULT_POLICIES, policyIn } from '../policies/billing-policy.ts';
import type { Quote } from '@smartkey/terms';
import { draftInvoice, type DraftOutcome } from './draft-invoice.ts';
import type { InvoiceDraft } from './invoice.ts';
import type { InvoiceInputs, OutstandingFee } from './invoice-inputs.ts';

/** Inputs that specs share. */
export const enterpriseQuote: Quote = {
  id: 'quo_e',
  plan: 'enterprise',
  effectiveMonth: '2018-01',
  baseFee: '10000',
  baseFeeInPartialMonth: 'full',
  accountFee: '300',
};

export const providerQuote: Quote & { plan: 'service-provider' } = {
  id: 'quo_s',
  plan: 'service-provider',
  effectiveMonth: '2018-01',
  baseFee: '5000',
  baseFeeInPartialMonth: 'full',
  authApi: { model: 'perUnit', unitPrice: '2' },
};

export const initialFee: OutstandingFee = {
  fee: 'fee_0',
  kind: 'initial',
  amount: '0',
  description: 'initial fee',
  arisenOn: '2018-01-01',
  taxCode: 'standard',
};

/** What differs from a whole enterprise month; `undefined` takes a part away. */
type Different = { readonly [K in keyof InvoiceInputs]?: InvoiceInputs[K] | undefined };

export const inputsOf = (month: ServiceMonth, more: Different = {}): InvoiceInputs => {
  const inputs = {
    contract: 'ctr_1',
    month,
    window: spanOfMonth(month),
    plan: 'enterprise',
    quote: enterpriseQuote,
    usedDays: [],
    successes: 0,
    fees: [],
    recipient: { name: '見本商事株式会社' },
    issuer: { name: '株式会社見本', registrationNumber: 'T7123456789012' },
    ...more,
  };
  return Object.fromEntries(
    Object.entries(inputs).filter(([, part]) => part !== undefined),
  ) as Partial<InvoiceInputs> as InvoiceInputs;
};

export const outcomeOf = (inputs: InvoiceInputs): DraftOutcome =>
  draftInvoice(inputs, policyIn(DEFAULT_POLICIES, inputs.month));

export function draftOf(month: ServiceMonth, more: Different = {}): InvoiceDraft {
  const outcome = outcomeOf(inputsOf(month, more));
  if (outcome.outcome !== 'draft') throw new Error(`no draft: ${JSON.stringify(outcome)}`);
  return outcome.draft;
}
