import type { ContractId } from '@smartkey/kernel';
import { CURRENT_RULES } from '@smartkey/billing-domain';
import { endOfMonth, jstDayOf, monthOfDay, type JstDay, type ServiceMonth } from '@smartkey/calendar';
import type { EventStore } from '@smartkey/event-store';
import { orNotFound, ProblemException, unavailable } from '@smartkey/http';
import type { ServiceParts } from '@smartkey/runtime';
import { profileIn, profilesAsOf } from '../billing-profile/profiles-as-of.query.ts';
import { profilesRead, profilesUpToDate } from '../billing-profile/profiles-up-to-date.ts';
import { billedIn, billedOf } from '../documents/billed.query.ts';
import type { Corrections } from '../corrections/corrections.ts';
import { documentsToCorrect } from '../rating/documents-to-correct.ts';
import { measureContracts } from '../rating/measure-contracts.ts';
import { rateContracts, type Rated } from '../rating/rate-contracts.ts';
import { blockedBy, blockOf, positionsRead, sourcesBehind, wantComplete } from '../ledger/completeness.ts';
import { contractFactsOf } from '../ledger/contract-facts.query.ts';
import type { AwaitedContracts } from '../ledger/awaited-contracts.ts';
import type { SettingsLog } from '../settings/settings-log.ts';
import type { BillingReads } from '../shared/billing-reads.ts';
import type { PreviewView } from './preview-view.ts';

/** How long a preview waits for the profiles to come up to the log (system time). */
const PATIENCE_MILLIS = 3_000;

/** An invoice as it would be issued now: drawn up by the function that issues it, from the same statements. */
export class Previews {
  constructor(
    private readonly reads: BillingReads,
    private readonly contracts: AwaitedContracts,
    private readonly settings: SettingsLog,
    private readonly corrections: Corrections,
    private readonly store: EventStore,
    private readonly want: ServiceParts['wantWatermark'],
  ) {}

  /** @throws ProblemException 404; 409 where the month cannot be rated, with the reason that would park it. */
  async preview(contract: ContractId, month: ServiceMonth): Promise<PreviewView> {
    const { documents, profiles, ledger, clock, parties } = this.reads;
    await this.contracts.awaited(contract);
    await documents.current();
    const issued = await this.#issued(contract, month);
    if (issued !== undefined) return issued;
    const billed = await billedOf(documents.sql, [contract]);
    const settings = await this.settings.current();
    const profilesAt = await profilesUpToDate({ profiles, store: this.store }, PATIENCE_MILLIS);
    if (profilesAt === undefined) throw unavailable('The profiles are behind the log.');
    const profile = profileIn(await profilesAsOf(profiles.sql, parties, [contract], profilesAt), contract);
    const today = jstDayOf(clock.now());
    const { measured, complete, positions, promised } = await ledger.snapshot(
      async (sql, watermarks, parked, reached) => {
        const facts = orNotFound(await contractFactsOf(sql, contract));
        const toRate = [{ facts, billed: billedIn(billed, contract), profile }];
        const blocked = blockOf(blockedBy(parked), contract) !== undefined;
        return {
          measured: await measureContracts(sql, toRate, {
            closing: month,
            settings,
            parties,
            measuredTo: today,
          }),
          complete: !blocked && sourcesBehind(watermarks, month).length === 0,
          positions: { ...positionsRead(reached), ...profilesRead(profilesAt) },
          promised: watermarks,
        };
      },
    );
    wantComplete(promised, [endOfMonth(month), clock.now()].sort()[0]!, this.want);
    const parts = { documents, store: this.store, parties };
    const { documents: toCorrect } = await documentsToCorrect(parts, measured);
    const upTo = month > monthOfDay(today) ? month : monthOfDay(today);
    const [rated] = await rateContracts(measured, toCorrect, { day: today, upTo, settings });
    const draft = rated!.drafts.find(({ draft: each }) => each.kind === 'invoice' && each.month === month);
    if (draft !== undefined)
      return { outcome: 'invoice', complete, ...this.#drawnUp(draft, today, positions) };
    if (rated!.parked !== undefined) throw cannotBeRated(rated!.parked.code, rated!.parked.detail);
    return { outcome: 'nothing-due', complete, number: null, contract, month };
  }

  async #issued(contract: ContractId, month: ServiceMonth): Promise<PreviewView | undefined> {
    const rows = await this.reads.documents.sql.query<{ number: string; kind: string }>(
      'select number, kind from document where contract = $1 and month = $2 order by position',
      [contract, month],
    );
    const invoice = rows.find(({ kind }) => kind === 'invoice');
    if (invoice === undefined) return undefined;
    const waiting = await this.corrections.waitingOf(contract);
    return {
      outcome: 'issued',
      complete: true,
      contract,
      month,
      number: invoice.number,
      issued: rows.map(({ number }) => number),
      waiting: waiting.filter((row) => row.month === month),
    };
  }

  #drawnUp(
    { draft, inputsHash, paymentTerm }: Rated,
    today: JstDay,
    positions: Readonly<Record<string, string>>,
  ): Omit<PreviewView, 'outcome' | 'complete'> {
    const { ruleVersion, policyVersion, termsVersion, ...content } = draft;
    return {
      number: null,
      ...content,
      issuedOn: today,
      dueOn: CURRENT_RULES.dueDayOf(draft.month, today, paymentTerm),
      inputs: {
        positions,
        ruleVersion,
        policyVersion,
        termsVersion,
        paymentTerm,
        hash: inputsHash,
      },
    };
  }
}

const cannotBeRated = (code: string, detail: string): ProblemException =>
  new ProblemException(409, code, detail, { errors: [{ pointer: '/month', rule: '別紙1', detail }] });
