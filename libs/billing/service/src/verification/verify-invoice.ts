import {
  draftInvoice,
  feesToInvoice,
  issueInvoice,
  planContract,
  revisionOf,
  rulesOf,
  type BillingPolicy,
  type BillingProfile,
  type DraftedFrom,
  type Invoice,
  type InvoiceDraft,
  type MeasuredMonth,
  type RuleVersion,
} from '@smartkey/billing-domain';
import type { ServiceMonth } from '@smartkey/calendar';
import type { Sql } from '@smartkey/database';
import type { EventStore } from '@smartkey/event-store';
import type { ContractFacts } from '@smartkey/facts';
import { FIRST_MONTH_OF_TERMS } from '@smartkey/terms';
import { profileIn, profilesAsOf } from '../billing-profile/profiles-as-of.query.ts';
import { billedBefore } from '../documents/billed.query.ts';
import { contractFactsAt, readUpTo, usedDaysAt } from '../ledger/as-read.ts';
import type { LogHeads } from '../proofs/log-heads.ts';
import { recordedAgain } from '../proofs/record-inputs.ts';
import { lateFactsOf, lateMonthsOf, type LookedAt } from '../ledger/late-facts.query.ts';
import { successesOf } from '../ledger/successes.query.ts';
import type { LoggedInvoice } from '../log/invoice-log.ts';
import { documentsToCorrect } from '../rating/documents-to-correct.ts';
import { unmeasuredMonth, monthsToLookAtAgain, recipientIn } from '../rating/measure-contracts.ts';
import { hashOfInputs, toBill } from '../rating/rate-contracts.ts';
import type { SettingsInForce } from '../settings/settings-in-force.ts';
import type { SettingsLog } from '../settings/settings-log.ts';
import type { BillingReads } from '../shared/billing-reads.ts';
import { differencesOf } from './differences.ts';
import type { CreditNoteVerifier } from './verify-credit-note.ts';
import { differing, type Verification } from './verification-view.ts';

interface Derived {
  readonly draft: InvoiceDraft;
  readonly from: DraftedFrom;
}

/** By what a document is derived again: its own rules and policy, and every policy that an earlier document names. */
interface DerivedBy {
  readonly rules: RuleVersion;
  readonly policy: BillingPolicy;
  readonly settings: SettingsInForce;
  readonly profile: BillingProfile;
}

/**
 * Derives an issued document again: the facts as the ledger had them at the positions that the document recorded, rated by the
 * rules under the policy that it names, compared value by value with what was issued, the hash of the inputs included.
 */
export class InvoiceVerifier {
  constructor(
    private readonly reads: BillingReads,
    private readonly settings: SettingsLog,
    private readonly store: EventStore,
    private readonly creditNotes: CreditNoteVerifier,
    private readonly heads: Pick<LogHeads, 'at'>,
  ) {}

  async verify(logged: LoggedInvoice): Promise<Verification> {
    const { invoice } = logged;
    const { ruleVersion, policyVersion } = invoice.inputs;
    const rules = rulesOf(ruleVersion);
    if (rules === undefined) return differing({ pointer: '/inputs/ruleVersion', issued: ruleVersion });
    const settings = await this.settings.current();
    const policy = settings.policyOfVersion(policyVersion);
    if (policy === undefined) return differing({ pointer: '/inputs/policyVersion', issued: policyVersion });
    const by = { rules, policy, settings, profile: await this.#profileOf(invoice) };
    if (invoice.kind === 'credit-note') return this.creditNotes.verify(logged, by);
    const derived = rules.answersLateFacts
      ? await this.#planned(logged, by)
      : await this.#drafted(logged, by);
    if ('outcome' in derived) return differing({ pointer: '', issued: invoice.number, derived });
    const series = invoice.number.slice(0, invoice.number.lastIndexOf('-'));
    const document = issueInvoice(derived.draft, {
      series,
      revision: revisionOf(series, invoice.number)!,
      issuedOn: invoice.issuedOn,
      paymentTerm: invoice.inputs.paymentTerm ?? by.profile.paymentTerm ?? policy.paymentTerm,
      positions: invoice.inputs.positions,
      inputsHash: hashOfInputs(derived.from, derived.draft),
      recorded: await recordedAgain(
        { sql: this.reads.ledger.sql, store: this.store, heads: this.heads },
        invoice,
      ),
    });
    const differences = differencesOf(invoice, document);
    return differences.length === 0 ? { identical: true } : differing(...differences);
  }

  /** Up to rule version 2018-01-01.2: an invoice by itself, with whatever fee was on no document. */
  async #drafted(
    { invoice, position }: LoggedInvoice,
    { rules, policy, profile }: DerivedBy,
  ): Promise<Derived | { readonly outcome: unknown }> {
    const { contract, month } = invoice;
    const { fees } = await billedBefore(this.reads.documents.sql, contract, position);
    const { facts, measured } = await this.reads.ledger.snapshot(async (sql) => {
      const facts = await contractFactsAt(sql, contract, { position: lookedAtBy(invoice).contract });
      return { facts, measured: await this.#asRead(sql, facts, invoice, profile, month) };
    });
    const inputs = { ...measured, fees: feesToInvoice(facts.fees, fees, month) };
    const outcome = draftInvoice(inputs, policy, rules);
    return outcome.outcome === 'draft' ? { draft: outcome.draft, from: { inputs } } : { outcome };
  }

  /** With the documents before it and the facts that it had in view, its contract is planned again. */
  async #planned(
    { invoice, position, madeBy: run }: LoggedInvoice,
    { rules, policy, settings, profile }: DerivedBy,
  ): Promise<Derived | { readonly outcome: unknown }> {
    const { contract, month, kind, issuedOn } = invoice;
    const { documents, ledger } = this.reads;
    const billed = await billedBefore(documents.sql, contract, position);
    const looked = lookedAtBy(invoice);
    const measured = await ledger.snapshot(async (sql) => {
      const facts = await contractFactsAt(sql, contract, { position: looked.contract });
      const late = await lateMonthsOf(sql, [contract], looked);
      const again = await this.#allAsRead(
        sql,
        facts,
        invoice,
        profile,
        monthsToLookAtAgain({ facts, billed }, late),
      );
      const months = kind === 'invoice' ? await this.#allAsRead(sql, facts, invoice, profile, [month]) : [];
      const lateFacts = (await lateFactsOf(sql, [contract], looked)).get(contract) ?? [];
      return { facts, billed, again, months, lateFacts };
    });
    const parts = { documents, store: this.store, parties: this.reads.parties };
    const { documents: known, made } = await documentsToCorrect(parts, [measured], { before: position, run });
    const plan = planContract(toBill(measured, known.get(contract) ?? []), {
      closing: month,
      day: issuedOn,
      made: ({ number }) => made.has(number),
      policies: [{ ...policy, from: FIRST_MONTH_OF_TERMS }],
      policyOfVersion: settings.policyOfVersion,
      // The issuer that it names may lack what documents of other months show.
      correcting: kind === 'correction' ? [month] : [],
      rules,
    });
    const found = plan.documents.find(({ draft }) => draft.kind === kind && draft.month === month);
    return found ?? { outcome: plan.parked ?? plan.waiting };
  }

  /** What was agreed of the contract's documents where billing's log was read. */
  async #profileOf({ contract, inputs }: Invoice): Promise<BillingProfile> {
    const { profiles, parties } = this.reads;
    const position = readUpTo(inputs.positions, 'billing');
    return profileIn(await profilesAsOf(profiles.sql, parties, [contract], position), contract);
  }

  #allAsRead(
    sql: Sql,
    facts: ContractFacts,
    invoice: Invoice,
    profile: BillingProfile,
    months: readonly ServiceMonth[],
  ): Promise<readonly MeasuredMonth[]> {
    return Promise.all(months.map((month) => this.#asRead(sql, facts, invoice, profile, month)));
  }

  /** A month with what was used in it, as a document had them in view. */
  async #asRead(
    sql: Sql,
    facts: ContractFacts,
    invoice: Invoice,
    profile: BillingProfile,
    month: ServiceMonth,
  ): Promise<MeasuredMonth> {
    const { contract, issuer } = invoice;
    const measured = unmeasuredMonth(facts, month, issuer, recipientIn(facts, profile, this.reads.parties));
    const { window: days, plan } = measured;
    if (days !== undefined && plan === 'enterprise')
      measured.usedDays = await usedDaysAt(sql, contract, days, {
        position: lookedAtBy(invoice).registry,
      });
    if (days !== undefined && plan === 'service-provider')
      measured.successes = (await successesOf(sql, [{ contract, days }]))[0]!;
    return measured;
  }
}

const lookedAtBy = ({ inputs: { positions } }: Invoice): LookedAt => ({
  contract: readUpTo(positions, 'contract'),
  registry: readUpTo(positions, 'device-registry'),
});
