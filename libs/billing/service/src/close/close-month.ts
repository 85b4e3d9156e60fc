import {
  nothingInSeries,
  NOTHING_COUNTED,
  type CloseCounts,
  type CloseMonth,
  type ContractInSeries,
  type ParkedContract,
} from '@smartkey/billing-domain';
import { firstDayOf, monthOfDay, type ServiceMonth } from '@smartkey/calendar';
import type { Clock, ContractId } from '@smartkey/kernel';
import { ended, Turns } from '@smartkey/lifecycle';
import type { ContractFacts } from '@smartkey/facts';
import type { ProjectionReader } from '@smartkey/projections';
import { billedIn, type Billed } from '../documents/billed.query.ts';
import { profilesUpToDate } from '../billing-profile/profiles-up-to-date.ts';
import { BooksBehindError, booksUpToDate } from '../documents/books-up-to-date.ts';
import { seriesUpToDate } from '../documents/series-up-to-date.ts';
import { countMonthsBelowZero } from '../documents/months-below-zero.query.ts';
import { documentsSince, requestedAt } from '../documents/run-documents.query.ts';
import type { RatedContract } from '../rating/rate-contracts.ts';
import { HeadsOfRun } from '../proofs/log-heads.ts';
import { answer } from '../ledger/late-facts.query.ts';
import { countAccepted } from '../ledger/contract-facts.query.ts';
import type { DocumentSeries } from '../losses/document-series.ts';
import type { SettingsLog } from '../settings/settings-log.ts';
import type { CloseMetrics } from './close.metrics.ts';
import { dayOfRun, type CloseRun } from './close-run.ts';
import type { Closing } from './month-closings.ts';
import { SeriesWriter } from './series-writer.ts';
import { addUp, type Counts } from './close-counts.ts';
import { pageAfter, type ClosePage, type DrawingParts } from './close-page.ts';

export interface CloseParts extends DrawingParts {
  readonly clock: Clock;
  /** The series that its documents are numbered in. */
  readonly series: Pick<DocumentSeries, 'inUse'>;
  readonly settings: SettingsLog;
  readonly metrics: CloseMetrics;
}

/** What a run has come to so far, and the contracts parked since it was told last. */
export interface CloseProgress {
  readonly counts: CloseCounts;
  readonly parked: readonly ParkedContract[];
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
      await progress({ counts, parked: addUp(counts, page, run.month, requested) });
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

/**
 * Late facts after which nothing is left to be billed are not looked at again: those of a contract of which this run found no difference.
 * What it did find is looked at once more, by the next run.
 */
async function answerLateFacts(ledger: ProjectionReader, { rated, late }: ClosePage): Promise<void> {
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

async function issuePage(series: SeriesWriter, page: ClosePage): Promise<void> {
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
  await series.closings.close(closing);
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
