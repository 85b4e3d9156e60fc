import {
  credit,
  nothingInSeries,
  revisionOf,
  type BillingPolicy,
  type BillingProfile,
  type CreditNote,
  type RuleVersion,
} from '@smartkey/billing-domain';
import type { EventStore } from '@smartkey/event-store';
import { creditCommand } from '../credit-notes/credit-command.ts';
import type { CreditNoteInputs } from '../credit-notes/credit-note-inputs.ts';
import type { CreditNoteDirectory } from '../credit-notes/credit-notes.projection.ts';
import { creditNotesIn, documentsOfCredit } from '../credit-notes/documents-of-credit.ts';
import type { CreditNoteProposals } from '../credit-notes/proposals.ts';
import { contractFactsAt, readUpTo } from '../ledger/as-read.ts';
import type { InvoiceLog, LoggedInvoice } from '../log/invoice-log.ts';
import type { LogHeads } from '../proofs/log-heads.ts';
import { recordedAgain } from '../proofs/record-inputs.ts';
import { recipientIn } from '../rating/measure-contracts.ts';
import type { BillingReads } from '../shared/billing-reads.ts';
import { differencesOf } from './differences.ts';
import { differing, type Verification } from './verification-view.ts';

/** By what a credit note was drawn up. */
interface DrawnUpBy {
  readonly rules: RuleVersion;
  readonly policy: BillingPolicy;
  readonly profile: BillingProfile;
}

/** Derives a credit note again: what two persons agreed to, decided about upon the documents before it. */
export class CreditNoteVerifier {
  constructor(
    private readonly reads: BillingReads,
    private readonly invoices: InvoiceLog,
    private readonly proposals: CreditNoteProposals,
    private readonly directory: CreditNoteDirectory,
    private readonly inputs: CreditNoteInputs,
    private readonly store: EventStore,
    private readonly heads: Pick<LogHeads, 'at'>,
  ) {}

  async verify(issued: LoggedInvoice, { rules, policy, profile }: DrawnUpBy): Promise<Verification> {
    const { invoice, revision, position } = issued;
    const note = invoice as CreditNote;
    const { contract, month, inputs, issuer, issuedOn } = note;
    await this.directory.reader.current();
    const approval = await this.directory.approvalOf(note.creditNote);
    const proposal = approval === undefined ? undefined : await this.proposals.load(approval);
    if (proposal?.state.stage !== 'approved')
      return differing({ pointer: '/creditNote', issued: note.creditNote });
    const { documents, ledger, parties } = this.reads;
    const known = { position: readUpTo(inputs.positions, 'contract') };
    const facts = await ledger.snapshot((sql) => contractFactsAt(sql, contract, known));
    const recipient = recipientIn(facts, profile, parties);
    if (recipient === undefined) return differing({ pointer: '/recipient', issued: note.recipient });
    const logged = await documentsOfCredit(documents.sql, this.invoices, { contract, month });
    const billing = logged.filter((each) => each.position < position).map((each) => each.invoice);
    const paymentTerm = inputs.paymentTerm ?? profile.paymentTerm ?? policy.paymentTerm;
    const { positions } = inputs;
    const recorded = await recordedAgain(
      { sql: ledger.sql, store: this.store, heads: this.heads },
      note,
      await this.inputs.placesOf(issued),
    );
    const command = creditCommand(
      proposal.state.wanted,
      { issuer, recipient, policy, rules, issuedOn, paymentTerm, positions, recorded },
      billing,
    );
    const series = note.number.slice(0, note.number.lastIndexOf('-'));
    const before = { ...nothingInSeries, billing, creditNotes: creditNotesIn(billing) };
    const decided = credit(command, {
      series,
      revision: (revisionOf(series, note.number) ?? revision) - 1,
      contracts: { [contract]: before },
    });
    if (!decided.ok) return differing({ pointer: '', issued: note.number, derived: decided.error });
    const [derived] = decided.value;
    if (derived === undefined) return differing({ pointer: '/creditNote', issued: note.creditNote });
    const differences = differencesOf(note, derived.data);
    return differences.length === 0 ? { identical: true } : differing(...differences);
  }
}
