import type { ServiceParts } from '@smartkey/runtime';
import {
  CURRENT_RULES,
  identityOf,
  nothingInSeries,
  revisionOf,
  seriesDecider,
  seriesStreamOf,
  type Credit,
  type SeriesEvent,
  type SeriesName,
  type SeriesState,
  type WantedCredit,
} from '@smartkey/billing-domain';
import { jstDayOf, type JstDay } from '@smartkey/calendar';
import { retryBehindFence, WrongExpectedRevisionError, type EventStore } from '@smartkey/event-store';
import { unavailable } from '@smartkey/http';
import { derivedUuid } from '@smartkey/identity';
import {
  conflict,
  ok,
  type Actor,
  type ApprovalId,
  type EventMetadata,
  type Fact,
  type Instant,
  type NewEvent,
  type Rejection,
  type Result,
} from '@smartkey/kernel';
import { termsVersionIn } from '@smartkey/terms';
import { carryingTrace } from '@smartkey/tracing';
import { profileIn, profilesAsOf } from '../billing-profile/profiles-as-of.query.ts';
import { profilesRead, profilesUpToDate } from '../billing-profile/profiles-up-to-date.ts';
import { blockedBy, blockOf, positionsRead } from '../ledger/completeness.ts';
import { contractFactsOf } from '../ledger/contract-facts.query.ts';
import type { InvoiceLog, LoggedInvoice } from '../log/invoice-log.ts';
import { openedInvoice, sealedInvoice } from '../log/sealed-recipient.ts';
import type { DocumentSeries, SeriesInUse } from '../losses/document-series.ts';
import type { LogHeads } from '../proofs/log-heads.ts';
import { recordOf } from '../proofs/record-inputs.ts';
import { seriesUpToDate } from '../documents/series-up-to-date.ts';
import { issuerOfMonth, recipientIn } from '../rating/measure-contracts.ts';
import { paymentTermOf } from '../rating/rate-contracts.ts';
import type { SettingsLog } from '../settings/settings-log.ts';
import { LogInDoubtError } from './log-in-doubt-error.ts';
import type { BillingReads } from '../shared/billing-reads.ts';
import { creditCommand, type CreditPaper } from './credit-command.ts';
import { placesOfCredit, readApproval } from './credit-note-inputs.ts';
import { creditNotesIn, documentsOfCredit } from './documents-of-credit.ts';

/** How long read models may take to come up to the log (system time): whoever asked waits for it. */
const PATIENCE_MILLIS = 3_000;
/** Documents of others that are read at once where they came first. */
const EVENTS_PER_READ = 100;

/** Under which approval, who approved, and when. */
export interface ApprovedBy {
  readonly approval: ApprovalId;
  readonly commandId: string;
  readonly actor: Actor;
  readonly causationId: string;
  readonly at: Instant;
}

/** All that a note follows from: the paper, and the series as it stands. */
interface DrawnUp {
  readonly state: SeriesState;
  /** See `identityOf`. */
  readonly begun?: SeriesName | undefined;
  readonly commandUpon: (state: SeriesState) => Credit;
}

/**
 * Draws up credit notes in the series. It waits for no close: what a run, or another approval, puts between is folded in, and the note is
 * decided about again; where that is a document of its own contract, the note is drawn up anew, for it follows from that too. The id of its event derives from the note's, so it is issued once however often it is tried.
 */
export class CreditNoteWriter {
  constructor(
    private readonly reads: BillingReads,
    private readonly settings: SettingsLog,
    private readonly invoices: InvoiceLog,
    private readonly store: EventStore,
    private readonly heads: Pick<LogHeads, 'at'>,
    private readonly series: Pick<DocumentSeries, 'inUse'>,
    private readonly logsInDoubt: ServiceParts['logsInDoubt'],
  ) {}

  /** Whether a note could be issued now. @throws ProblemException 503 where the books are behind. */
  async judge(wanted: WantedCredit): Promise<Result<void, Rejection>> {
    const drawn = await this.#drawUp(wanted, jstDayOf(this.reads.clock.now()));
    if (!drawn.ok) return drawn;
    const { commandUpon, state } = drawn.value;
    const decided = seriesDecider(state.series).decide(commandUpon(state), state);
    return decided.ok ? ok(undefined) : decided;
  }

  /**
   * Issues a note, dated from its approval.
   * @returns its number.
   * @throws ProblemException 503 where the books are behind; LogInDoubtError; PeerUnavailableError where a log cannot say how far it goes.
   */
  async issue(wanted: WantedCredit, by: ApprovedBy): Promise<Result<string, Rejection>> {
    const drawUp = (): Promise<Result<DrawnUp, Rejection>> =>
      this.#drawUp(wanted, jstDayOf(by.at), by.approval);
    await this.#mustNotDoubt();
    let drawn = await drawUp();
    return retryBehindFence(
      this.reads.clock,
      async (stamp) => {
        if (!drawn.ok) return drawn;
        const { state, commandUpon, begun } = drawn.value;
        const now = stamp();
        const decided = seriesDecider(state.series).decide(commandUpon(state), state);
        if (!decided.ok) return decided;
        const [event] = decided.value;
        if (event === undefined) return ok(numberIn(state, wanted));
        await this.store.append({
          stream: seriesStreamOf(state.series),
          expected: state.revision < 0 ? 'no-stream' : state.revision,
          events: [this.#newEvent(event, by, now, begun)],
          stampedAt: now,
        });
        return ok(event.data.number);
      },
      {
        again: async (error) => {
          if (!drawn.ok || !(error instanceof WrongExpectedRevisionError)) return false;
          const { state, commandUpon, begun } = drawn.value;
          if (error.stream !== seriesStreamOf(state.series)) return false;
          const next = await this.#caughtUp(state);
          const isItsOwn = next.contracts[wanted.contract] !== state.contracts[wanted.contract];
          drawn = isItsOwn ? await drawUp() : ok({ state: next, commandUpon, begun });
          return true;
        },
      },
    );
  }

  /** Facts that a log does not have any more, or that are others than those that were signed, would stand on paper for good. */
  async #mustNotDoubt(): Promise<void> {
    const inDoubt = await this.logsInDoubt();
    if (inDoubt.length > 0) throw new LogInDoubtError(inDoubt);
  }

  /** @param approval under which it is issued; without one nothing is recorded of what it follows from. */
  async #drawUp(
    wanted: WantedCredit,
    day: JstDay,
    approval?: ApprovalId,
  ): Promise<Result<DrawnUp, Rejection>> {
    const { contract, month } = wanted;
    const inUse = await this.series.inUse();
    if (inUse.undecided !== undefined)
      return conflict(
        'document-lost',
        'Documents may have been lost: a person has to decide how they go on.',
      );
    // Before the paper, which tells how far billing's log was read.
    const agreed = approval === undefined ? undefined : await readApproval(this.store, approval);
    const { state, logged } = await this.#series(wanted, inUse);
    const paper = await this.#paper(wanted, day);
    if (!paper.ok) return paper;
    const { positions } = paper.value;
    const { heads, store, reads } = this;
    const recorded =
      agreed &&
      (await recordOf(
        { heads, store, sql: reads.ledger.sql },
        positions,
        { contract, basis: {} },
        placesOfCredit(month, agreed, logged),
      ));
    const commandUpon = ({ contracts }: SeriesState): Credit =>
      creditCommand(wanted, { ...paper.value, recorded }, contracts[contract]!.billing);
    return ok({ state, commandUpon, begun: inUse.begun });
  }

  async #paper(wanted: WantedCredit, issuedOn: JstDay): Promise<Result<CreditPaper, Rejection>> {
    const { contract, month, number } = wanted;
    const { ledger, profiles, parties } = this.reads;
    const profilesAt = await profilesUpToDate({ profiles, store: this.store }, PATIENCE_MILLIS);
    if (profilesAt === undefined) throw unavailable();
    const profile = profileIn(await profilesAsOf(profiles.sql, parties, [contract], profilesAt), contract);
    const settings = await this.settings.current();
    const { facts, parked, positions } = await ledger.snapshot(
      async (sql, _watermarks, parked, positions) => ({
        facts: await contractFactsOf(sql, contract),
        parked,
        positions: positionsRead(positions),
      }),
    );
    // Whom it is made out to may stand in what could not be taken in yet.
    if (facts === undefined || blockOf(blockedBy(parked), contract) !== undefined) throw unavailable();
    const recipient = recipientIn(facts, profile, parties);
    if (recipient === undefined)
      return conflict('no-recipient', 'There is nobody to make the credit note out to.');
    const invoice = (await this.invoices.find(number))?.invoice;
    const policy = invoice && settings.policyOfVersion(invoice.inputs.policyVersion);
    if (policy === undefined)
      return conflict('policy-unknown', 'The billing policy that the invoice names is not known.');
    return ok({
      issuer: issuerOfMonth(settings, month),
      recipient,
      policy,
      rules: CURRENT_RULES,
      issuedOn,
      paymentTerm: paymentTermOf({ kind: 'credit-note', month }, profile, { day: issuedOn, settings }),
      positions: { ...positions, ...profilesRead(profilesAt) },
    });
  }

  /** The series at its end of now, with the documents that concern a note. */
  async #series(
    { contract, month }: WantedCredit,
    { series }: SeriesInUse,
  ): Promise<{ readonly state: SeriesState; readonly logged: readonly LoggedInvoice[] }> {
    const { documents } = this.reads;
    const revision = await seriesUpToDate({ documents, store: this.store }, series, PATIENCE_MILLIS);
    if (revision === undefined) throw unavailable();
    const found = await documentsOfCredit(documents.sql, this.invoices, { contract, month });
    // What came since is folded in when the append meets it. Those of another series are all from before.
    const logged = found.filter(({ invoice: { number } }) => (revisionOf(series, number) ?? -1) <= revision);
    const billing = logged.map(({ invoice }) => invoice);
    const known = { ...nothingInSeries, billing, creditNotes: creditNotesIn(billing) };
    const state = { ...seriesDecider(series).initial, revision, contracts: { [contract]: known } };
    return { state, logged };
  }

  async #caughtUp(state: SeriesState): Promise<SeriesState> {
    let next = state;
    for (;;) {
      const events = await this.store.readStream(seriesStreamOf(state.series), {
        from: next.revision + 1,
        limit: EVENTS_PER_READ,
      });
      for (const { type, version, data, occurredAt, recordedAt } of events)
        next = seriesDecider(state.series).evolve(next, {
          type,
          version,
          data: openedInvoice(this.reads.parties, data),
          occurredAt,
          recordedAt,
        } as Fact<SeriesEvent>);
      if (events.length < EVENTS_PER_READ) return next;
    }
  }

  #newEvent(
    event: SeriesEvent,
    { commandId, actor, causationId }: ApprovedBy,
    now: Instant,
    begun: SeriesName | undefined,
  ): NewEvent {
    return {
      id: derivedUuid(...(identityOf(event, 0, begun) as [string, ...string[]])),
      type: event.type,
      version: event.version,
      data: sealedInvoice(this.reads.parties, event.data),
      metadata: carryingTrace<EventMetadata>({
        commandId,
        actor,
        causationId,
        termsVersion: termsVersionIn(event.data.month),
      }),
      occurredAt: now,
    };
  }
}

function numberIn({ contracts }: SeriesState, { contract, creditNote }: WantedCredit): string {
  const number = contracts[contract]?.creditNotes[creditNote];
  if (number === undefined) throw new Error(`${creditNote} is neither issued nor to be issued`);
  return number;
}
