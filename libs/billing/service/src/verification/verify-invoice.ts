import {
  draftInvoice,
  feesToInvoice,
  issueInvoice,
  revisionOf,
  rulesOf,
  type BillingProfile,
  type Invoice,
  type InvoiceInputs,
  type Recipient,
} from '@smartkey/billing-domain';
import type { Sql } from '@smartkey/database';
import type { ContractFacts } from '@smartkey/facts';
import { profileIn, profilesAsOf } from '../billing-profile/profiles-as-of.query.ts';
import { contractFactsAt, readUpTo, usedDaysAt } from '../ledger/as-read.ts';
import { successesOf } from '../ledger/successes.query.ts';
import type { SettingsLog } from '../settings/settings-log.ts';
import type { BillingReads } from '../shared/billing-reads.ts';
import { differencesOf, type Difference } from './differences.ts';
import type { Verification } from './verification-view.ts';
import type { LoggedInvoice } from '../log/invoice-log.ts';
import { monthOf, recipientIn } from '../rating/measure-contracts.ts';
import { inputsHashOf } from '../rating/rate-contracts.ts';

const differing = (...differences: readonly Difference[]): Verification => ({
  identical: false,
  differences,
});

/**
 * Derives an issued document again: the facts as the ledger had them at the positions that the document recorded, rated by the
 * rules under the policy that it names, compared value by value with what was issued, the hash of the inputs included.
 */
export class InvoiceVerifier {
  constructor(
    private readonly reads: BillingReads,
    private readonly settings: SettingsLog,
  ) {}

  async verify({ invoice, position }: LoggedInvoice): Promise<Verification> {
    const { ledger } = this.reads;
    const { ruleVersion, policyVersion } = invoice.inputs;
    const rules = rulesOf(ruleVersion);
    if (rules === undefined) return differing({ pointer: '/inputs/ruleVersion', issued: ruleVersion });
    const policy = await this.settings.policyOfVersion(policyVersion);
    if (policy === undefined) return differing({ pointer: '/inputs/policyVersion', issued: policyVersion });
    const invoiced = await this.#invoicedBefore(invoice.contract, position);
    const profile = await this.#profileOf(invoice);
    const inputs = await ledger.snapshot((sql) =>
      inputsAsRead(sql, invoice, invoiced, (facts) => recipientIn(facts, profile, this.reads.parties)),
    );
    const outcome = draftInvoice(inputs, policy, rules);
    if (outcome.outcome !== 'draft')
      return differing({ pointer: '', issued: invoice.number, derived: outcome });
    const series = invoice.number.slice(0, invoice.number.lastIndexOf('-'));
    const derived = issueInvoice(outcome.draft, {
      series,
      revision: revisionOf(series, invoice.number)!,
      issuedOn: invoice.issuedOn,
      paymentTerm: profile.paymentTerm ?? policy.paymentTerm,
      positions: invoice.inputs.positions,
      inputsHash: inputsHashOf(inputs, ruleVersion, policyVersion),
    });
    const differences = differencesOf(invoice, derived);
    return differences.length === 0 ? { identical: true } : differing(...differences);
  }

  /** What was agreed of the contract's documents where billing's log was read. */
  async #profileOf({ contract, inputs }: Invoice): Promise<BillingProfile> {
    const { profiles, parties } = this.reads;
    const position = readUpTo(inputs.positions, 'billing');
    return profileIn(await profilesAsOf(profiles.sql, parties, [contract], position), contract);
  }

  /** The contract's fees that documents before this one carry. */
  async #invoicedBefore(contract: string, position: bigint): Promise<ReadonlySet<string>> {
    const rows = await this.reads.documents.sql.query<{ fee: string }>(
      `select fee from invoiced_fee join document using (number)
       where invoiced_fee.contract = $1 and document.position < $2::bigint`,
      [contract, position],
    );
    return new Set(rows.map(({ fee }) => fee));
  }
}

async function inputsAsRead(
  sql: Sql,
  invoice: Invoice,
  invoiced: ReadonlySet<string>,
  recipientOf: (facts: ContractFacts) => Recipient | undefined,
): Promise<InvoiceInputs> {
  const { contract, month, issuer } = invoice;
  const { positions } = invoice.inputs;
  const facts = await contractFactsAt(sql, contract, { position: readUpTo(positions, 'contract') });
  const inputs = monthOf(facts, month, issuer, recipientOf(facts));
  const { window: days, plan } = inputs;
  if (days !== undefined && plan === 'enterprise')
    inputs.usedDays = await usedDaysAt(sql, contract, days, {
      position: readUpTo(positions, 'device-registry'),
    });
  if (days !== undefined && plan === 'service-provider')
    inputs.successes = (await successesOf(sql, [{ contract, days }]))[0]!;
  return { ...inputs, fees: feesToInvoice(facts.fees, invoiced, month) };
}
