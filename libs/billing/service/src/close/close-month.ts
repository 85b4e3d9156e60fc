import {
  nothingInSeries,
  NOTHING_COUNTED,
  type CloseCounts,
  type CloseMonth,
  type ContractInSeries,
  type ParkedContract,
  type ParkReason,
} from '@smartkey/billing-domain';
import { firstDayOf, monthOfDay, type ServiceMonth } from '@smartkey/calendar';
import type { EventStore } from '@smartkey/event-store';
import type { Clock, ContractId, RunId } from '@smartkey/kernel';
import { ended } from '@smartkey/lifecycle';
import { sumOfYen } from '@smartkey/money';
import type { ContractFacts } from '@smartkey/facts';
import type { ProjectionReader } from '@smartkey/projections';
import { billedIn, billedOf, type Billed } from '../documents/billed.query.ts';
import { profileIn, profilesAsOf } from '../billing-profile/profiles-as-of.query.ts';
import { profilesRead, profilesUpToDate } from '../billing-profile/profiles-up-to-date.ts';
import { BooksBehindError, booksUpToDate } from '../documents/books-up-to-date.ts';
import { seriesUpToDate } from '../documents/series-up-to-date.ts';
import { countMonthsBelowZero } from '../documents/months-below-zero.query.ts';
import { documentsSince, requestedAt } from '../documents/run-documents.query.ts';
import { measureContracts } from '../rating/measure-contracts.ts';
import { documentsToCorrect } from '../rating/documents-to-correct.ts';
import { rateContracts, type RatedContract, type RatingRun } from '../rating/rate-contracts.ts';
import { HeadsOfRun, type LogHeads } from '../proofs/log-heads.ts';
import { withRecord } from '../proofs/record-inputs.ts';
import { blockedBy, blockOf, positionsRead, type Blocked } from '../ledger/completeness.ts';
import { answer, unansweredOf, type LatePlace } from '../ledger/late-facts.query.ts';
import {
  acceptedContracts,
  countAccepted,
  factsOfContracts,
  type PlaceOfAcceptance,
} from '../ledger/contract-facts.query.ts';
import type { DocumentSeries, SeriesInUse } from '../losses/document-series.ts';
import type { SharedSeal } from '@smartkey/secrets';
import type { SettingsLog } from '../settings/settings-log.ts';
import { Turns } from '../shared/turns.ts';
import type { CloseMetrics } from './close.metrics.ts';
import { dayOfRun, type CloseRun } from './close-run.ts';
import { SeriesWriter, type Closing } from './series-writer.ts';

/** Contracts looked at together, and months of theirs rated from one snapshot: what is issued between is bounded by both. */
const PAGE = 250;
const MONTHS = 250;

export interface CloseParts {
  readonly ledger: ProjectionReader;
  readonly documents: ProjectionReader;
  readonly profiles: ProjectionReader;
  readonly store: EventStore;
  readonly clock: Clock;
  /** The series that its documents are numbered in. */
  readonly series: Pick<DocumentSeries, 'inUse'>;
  readonly settings: SettingsLog;
  /** For department and address of recipients. */
  readonly parties: SharedSeal;
  readonly metrics: CloseMetrics;
  /** How far the logs go that documents follow from. */
  readonly heads: Pick<LogHeads, 'at'>;
}

/** What a run has come to so far, and the contracts parked since it was told last. */
export interface CloseProgress {
  readonly counts: CloseCounts;
  readonly parked: readonly ParkedContract[];
}

type Counts = { -readonly [Count in keyof CloseCounts]: CloseCounts[Count] };

interface Page {
  readonly facts: readonly ContractFacts[];
  readonly billed: ReadonlyMap<ContractId, Billed>;
  readonly rated: ReadonlyMap<ContractId, RatedContract>;
  readonly blocked: Blocked;
  readonly positions: Readonly<Record<string, string>>;
  /** Late facts in view that no close has answered. */
  readonly late: readonly LatePlace[];
}

/**
 * Closes a month: page by page of contracts, in the order of their acceptance, rates everything from one snapshot of the ledger,
 * issues the documents in the series, then records on each contract's stream which months are done. Earlier months of a contract
 * that are due and not issued go first, so that its months are issued in order, and with them any month that a later one has
 * overtaken: a run visits every accepted contract. Safe to repeat and to cut short anywhere: what is in the books
 * is not issued again, and a month issued but not recorded on its contract's stream is recorded by the next run.
 */
export async function closeMonth(
  parts: CloseParts,
  run: CloseRun,
  progress: (progress: CloseProgress) => Promise<void>,
  stopped: () => boolean,
): Promise<CloseCounts | 'stopped'> {
  await booksUpToDate(parts);
  const { store, clock, metrics, ledger } = parts;
  // Nobody changes them while a close runs; profiles are those of its beginning.
  const settings = await parts.settings.current();
  const profilesAt = await profilesUpToDate(parts, 60_000);
  if (profilesAt === undefined) throw new BooksBehindError('the read model of profiles is behind the log');
  const inUse = await parts.series.inUse();
  const revision = await seriesUpToDate(parts, inUse.series, 60_000);
  if (revision === undefined) throw new BooksBehindError('the read model of documents is behind the series');
  const series = new SeriesWriter(
    store,
    clock,
    inUse,
    revision,
    { run: run.run, day: dayOfRun(run) },
    metrics,
    parts.parties,
  );
  const total = await ledger.snapshot(countAccepted);
  const counts: Counts = { ...NOTHING_COUNTED, total };
  const requested = await requestedAt(parts.documents.sql, run.run);
  const readBy = { day: dayOfRun(run), settings, profilesAt, month: run.month, run: run.run, inUse };
  let visited = 0;
  // The next page is drawn up while the one before it is written: no two of them have a contract in common.
  const drawing = { ...parts, heads: new HeadsOfRun(parts.heads) };
  let next = pageAfter(drawing, readBy, undefined);
  try {
    for (;;) {
      if (stopped()) return 'stopped';
      const page = await next;
      if (page === undefined) break;
      next = pageAfter(drawing, readBy, page.last);
      // It may fail while nobody waits for it yet.
      void ended(next);
      await issuePage(series, page);
      await answerLateFacts(ledger, page);
      visited += page.facts.length;
      await progress({ counts, parked: count(counts, page, run.month, requested) });
    }
  } finally {
    await ended(next);
  }
  // A run that was cut short has issued more than it has seen this time: what it made is in the books.
  await booksUpToDate(parts);
  const { sql } = parts.documents;
  const belowZero = await countMonthsBelowZero(sql);
  return { ...counts, ...(await documentsSince(sql, requested)), belowZero, total: visited };
}

/** What a run goes by, the same for all contracts. */
interface ReadByRun extends RatingRun {
  readonly month: ServiceMonth;
  /** Position of billing's log. */
  readonly profilesAt: bigint;
  readonly run: RunId;
  readonly inUse: SeriesInUse;
}

/** The contracts behind a place in the order of acceptance, drawn up, with the place of the last of them. */
async function pageAfter(
  parts: CloseParts,
  run: ReadByRun,
  after: PlaceOfAcceptance | undefined,
): Promise<(Page & { readonly last: PlaceOfAcceptance }) | undefined> {
  const accepted = await acceptedContracts(parts.ledger.sql, after, PAGE);
  if (accepted.length === 0) return undefined;
  const page = await ratePage(
    parts,
    run,
    accepted.map(({ contract }) => contract),
  );
  return { ...page, last: accepted[page.facts.length - 1]! };
}

/** As many of the contracts as their months allow, in their order, at least one. */
async function ratePage(parts: CloseParts, run: ReadByRun, contracts: readonly ContractId[]): Promise<Page> {
  const billed = await billedOf(parts.documents.sql, contracts);
  const profiles = await profilesAsOf(parts.profiles.sql, parts.parties, contracts, run.profilesAt);
  const { measured, ...read } = await parts.ledger.snapshot(async (sql, _watermarks, parked, positions) => {
    const all = await factsOfContracts(sql, contracts);
    const blocked = blockedBy(parked);
    const free = all.filter(({ contract }) => blockOf(blocked, contract) === undefined);
    const toRate = free.map((each) => ({
      facts: each,
      billed: billedIn(billed, each.contract),
      profile: profileIn(profiles, each.contract),
    }));
    const measured = await measureContracts(sql, toRate, {
      closing: run.month,
      overtaken: true,
      settings: run.settings,
      parties: parts.parties,
      most: MONTHS,
    });
    const next = free[measured.length];
    const facts = next === undefined ? all : all.slice(0, all.indexOf(next));
    const read = { ...positionsRead(positions), ...profilesRead(run.profilesAt) };
    const late = await unansweredOf(
      sql,
      measured.map((each) => each.facts.contract),
    );
    return { facts, billed, blocked, measured, positions: read, late };
  });
  const { documents, made } = await documentsToCorrect(parts, measured, run);
  const rated = withheld(await rateContracts(measured, documents, { ...run, made }), run.inUse);
  const { heads, ledger, store } = parts;
  const recorded = await withRecord({ heads, sql: ledger.sql, store }, rated, read.positions);
  return { ...read, rated: new Map(recorded.map((each) => [each.contract, each])) };
}

/** Until a person has decided what becomes of documents that may be lost, none is issued that might be one of them again. */
const withheld = (rated: readonly RatedContract[], { undecided }: SeriesInUse): readonly RatedContract[] =>
  undecided === undefined
    ? rated
    : rated.map((each) =>
        each.drafts.length === 0
          ? each
          : {
              ...each,
              drafts: [],
              parked: {
                code: 'document-lost',
                detail: `The log lost its end (incarnation ${undecided}): its documents may have been issued. Look for them, then begin a new series.`,
              },
            },
      );

/**
 * Late facts after which nothing is left to be billed are not looked at again: those of a contract of which this run found no difference.
 * What it did find is looked at once more, by the next run.
 */
async function answerLateFacts(ledger: ProjectionReader, { rated, late }: Page): Promise<void> {
  const answered = late.filter(({ contract }) => {
    const found = rated.get(contract);
    return found !== undefined && foundNothing(found);
  });
  if (answered.length > 0) await ledger.change((tx) => answer(tx, answered));
}

const foundNothing = ({ parked, waiting, drafts }: RatedContract): boolean =>
  parked === undefined &&
  waiting.length === 0 &&
  drafts.every(
    ({ draft }) => draft.kind === 'invoice' && draft.basis.again === undefined && draft.apart === undefined,
  );

async function issuePage(series: SeriesWriter, page: Page): Promise<void> {
  const { rated, billed, positions } = page;
  const turns = new Turns();
  const closing = new Map<ContractId, Closing & { readonly months: CloseMonth[] }>();
  for (const facts of page.facts) {
    const { contract } = facts;
    const own = billedIn(billed, contract);
    const unclosed = own.unclosed.map((each): CloseMonth => ({ contract, ...each, outcome: 'issued' }));
    const nothingDue = (rated.get(contract)?.nothingDue ?? []).filter((each) => meetsContract(facts, each));
    const said = nothingDue.map((each): CloseMonth => ({ contract, month: each, outcome: 'nothing-due' }));
    closing.set(contract, { billed: own, months: [...unclosed, ...said] });
    await turns.next();
  }
  // In the order of the visit, each contract's invoices by month and then its corrections: rated is a map in that order.
  const drafts = [...rated.values()].flatMap((each) => each.drafts);
  series.take(new Map([...rated.keys()].map((contract) => [contract, inSeries(billedIn(billed, contract))])));
  for (let next = 0; next < drafts.length;) {
    const documents = await series.issue(drafts.slice(next), positions, closing);
    for (const { contract, kind, month: issued, number } of documents)
      if (kind === 'invoice')
        closing.get(contract)?.months.push({ contract, month: issued, outcome: 'issued', number });
    next += documents.length;
  }
  await series.close(closing);
}

/** A contract as the decider of the series has it: its invoices, and how many documents it counts. */
const inSeries = ({ issued, documents }: Billed): ContractInSeries => ({
  ...nothingInSeries,
  invoices: Object.fromEntries([...issued].map(([month, { number }]) => [month, number])),
  documents,
});

/** A contract is looked at by every run, but that nothing is due is said only of months between its acceptance and its end. */
const meetsContract = ({ acceptedOn, lastDay }: ContractFacts, month: ServiceMonth): boolean =>
  acceptedOn !== undefined &&
  month >= monthOfDay(acceptedOn) &&
  (lastDay === undefined || lastDay >= firstDayOf(month));

/**
 * Adds up what became of each contract of a page: its own month is issued, by this run or before, or nothing was due. Parked are those
 * with any month that could not be drawn up, whatever became of the run's own.
 * @returns those parked, by name.
 */
function count(
  counts: Counts,
  page: Page,
  month: ServiceMonth,
  requested: bigint,
): readonly ParkedContract[] {
  const parked: ParkedContract[] = [];
  for (const { contract } of page.facts) {
    const rated = page.rated.get(contract);
    const billed = billedIn(page.billed, contract);
    const drafts = rated?.drafts ?? [];
    const reason = parkedBy(page.blocked, contract) ?? rated?.parked;
    const isOf = (kind: 'invoice' | 'correction') => drafts.filter(({ draft }) => draft.kind === kind);
    const issuedNow = isOf('invoice').some(({ draft }) => draft.month === month);
    const corrections = isOf('correction').length;
    if (billed.issued.has(month) || issuedNow) counts.issued += 1;
    else if (corrections > 0 || billed.lastCorrection > requested) counts.corrected += 1;
    else if (reason === undefined) counts.nothingDue += 1;
    if (reason !== undefined) parked.push({ contract, code: reason.code, reason: reason.detail });
    counts.invoices += drafts.length - corrections;
    counts.overtaken += isOf('invoice').filter(({ draft }) => draft.month < (billed.lastIssued ?? '')).length;
    counts.corrections += corrections;
    const waiting = (rated?.waiting ?? []).map(({ amount }) => amount);
    if (waiting.length > 0) counts.waitingContracts += 1;
    counts.waitingNet = sumOfYen([counts.waitingNet, ...waiting]);
  }
  counts.parked += parked.length;
  return parked;
}

function parkedBy(blocked: Blocked, contract: ContractId): ParkReason | undefined {
  const stream = blockOf(blocked, contract);
  if (stream === undefined) return undefined;
  return {
    code: 'events-parked',
    detail: `Events of ${stream.stream} (${stream.source}) could not be taken in since revision ${stream.revision} and wait for a retry.`,
  };
}
