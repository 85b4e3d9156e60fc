import type {
  CloseCounts,
  CloseMonth,
  ParkedContract,
  ParkReason,
  SeriesName,
} from '@smartkey/billing-domain';
import { firstDayOf, monthOfDay, type ServiceMonth } from '@smartkey/calendar';
import type { EventStore } from '@smartkey/event-store';
import type { Clock } from '@smartkey/kernel';
import type { ContractFacts } from '@smartkey/facts';
import type { ProjectionReader } from '@smartkey/projections';
import { billedIn, billedOf, type Billed } from '../documents/billed.query.ts';
import { profileIn, profilesAsOf } from '../billing-profile/profiles-as-of.query.ts';
import { profilesRead, profilesUpToDate } from '../billing-profile/profiles-up-to-date.ts';
import { BooksBehindError, booksUpToDate } from '../documents/books-up-to-date.ts';
import { measureContracts } from '../rating/measure-contracts.ts';
import { rateContracts, type RatedContract } from '../rating/rate-contracts.ts';
import { blockedBy, blockOf, positionsRead, type Blocked } from '../ledger/completeness.ts';
import {
  acceptedContracts,
  countAccepted,
  factsOfContracts,
  type Acceptance,
} from '../ledger/contract-facts.query.ts';
import type { SharedSeal } from '@smartkey/secrets';
import type { SettingsInForce } from '../settings/settings-in-force.ts';
import type { SettingsLog } from '../settings/settings-log.ts';
import { Turns } from '../shared/turns.ts';
import type { CloseMetrics } from './close.metrics.ts';
import { dayOfRun, type CloseRun } from './close-run.ts';
import { SeriesWriter } from './series-writer.ts';

/** Contracts looked at together, and months of theirs rated from one snapshot: what is issued between is bounded by both. */
const PAGE = 200;
const MONTHS = 300;

export interface CloseParts {
  readonly ledger: ProjectionReader;
  readonly documents: ProjectionReader;
  readonly profiles: ProjectionReader;
  readonly store: EventStore;
  readonly clock: Clock;
  /** The series that its documents are numbered in. */
  readonly series: SeriesName;
  readonly settings: SettingsLog;
  /** For department and address of recipients. */
  readonly parties: SharedSeal;
  readonly metrics: CloseMetrics;
}

/** What a run has come to so far, and the contracts parked since it was told last. */
export interface Progress {
  readonly counts: CloseCounts;
  readonly parked: readonly ParkedContract[];
}

type Counts = { -readonly [Count in keyof CloseCounts]: number };

interface Page {
  readonly facts: readonly ContractFacts[];
  readonly billed: ReadonlyMap<string, Billed>;
  readonly rated: ReadonlyMap<string, RatedContract>;
  readonly blocked: Blocked;
  readonly positions: Readonly<Record<string, string>>;
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
  progress: (progress: Progress) => Promise<void>,
  stopped: () => boolean,
): Promise<CloseCounts | 'stopped'> {
  await booksUpToDate(parts);
  const { store, clock, metrics, ledger } = parts;
  // Nobody changes them while a close runs; profiles are those of its beginning.
  const settings = await parts.settings.current();
  const profilesAt = await profilesUpToDate(parts, 60_000);
  if (profilesAt === undefined) throw new BooksBehindError('the read model of profiles is behind the log');
  const series = new SeriesWriter(
    store,
    clock,
    parts.series,
    { run: run.run, day: dayOfRun(run) },
    metrics,
    parts.parties,
  );
  const total = await ledger.snapshot(countAccepted);
  const counts: Counts = { total, issued: 0, nothingDue: 0, parked: 0 };
  let visited = 0;
  let after: Acceptance | undefined;
  for (;;) {
    if (stopped()) return 'stopped';
    const accepted = await acceptedContracts(ledger.sql, after, PAGE);
    if (accepted.length === 0) break;
    const page = await ratePage(
      parts,
      { settings, profilesAt, month: run.month },
      accepted.map(({ contract }) => contract),
    );
    await issuePage(series, page);
    visited += page.facts.length;
    after = accepted[page.facts.length - 1]!;
    await progress({ counts, parked: count(counts, page, run.month) });
  }
  return { ...counts, total: visited };
}

/** What a run goes by, the same for all contracts. */
interface ReadByRun {
  readonly month: ServiceMonth;
  readonly settings: SettingsInForce;
  /** Position of billing's log. */
  readonly profilesAt: bigint;
}

/** As many of the contracts as their months allow, in their order, at least one. */
async function ratePage(
  parts: CloseParts,
  { settings, profilesAt, month }: ReadByRun,
  contracts: readonly string[],
): Promise<Page> {
  const billed = await billedOf(parts.documents.sql, contracts);
  const profiles = await profilesAsOf(parts.profiles.sql, parts.parties, contracts, profilesAt);
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
      closing: month,
      overtaken: true,
      settings,
      parties: parts.parties,
      most: MONTHS,
    });
    const next = free[measured.length];
    const facts = next === undefined ? all : all.slice(0, all.indexOf(next));
    const read = { ...positionsRead(positions), ...profilesRead(profilesAt) };
    return { facts, billed, blocked, measured, positions: read };
  });
  const rated = await rateContracts(measured, settings.policies);
  return { ...read, rated: new Map(rated.map((each) => [each.contract, each])) };
}

async function issuePage(series: SeriesWriter, page: Page): Promise<void> {
  const { rated, billed, positions } = page;
  const turns = new Turns();
  const closing = new Map<string, { billed: Billed; months: CloseMonth[] }>();
  for (const facts of page.facts) {
    const { contract } = facts;
    const own = billedIn(billed, contract);
    const unclosed = own.unclosed.map((each): CloseMonth => ({ contract, ...each, outcome: 'issued' }));
    const nothingDue = (rated.get(contract)?.nothingDue ?? []).filter((each) => meetsContract(facts, each));
    const said = nothingDue.map((each): CloseMonth => ({ contract, month: each, outcome: 'nothing-due' }));
    closing.set(contract, { billed: own, months: [...unclosed, ...said] });
    await turns.next();
  }
  // In the order of the visit, each contract's months ascending: rated is a map in that order.
  const drafts = [...rated.values()].flatMap((each) => each.drafts);
  for (let next = 0; next < drafts.length;) {
    const invoices = await series.issue(drafts.slice(next), positions);
    for (const { contract, month: issued, number } of invoices)
      closing.get(contract)!.months.push({ contract, month: issued, outcome: 'issued', number });
    next += invoices.length;
  }
  await series.close(closing);
}

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
function count(counts: Counts, page: Page, month: ServiceMonth): readonly ParkedContract[] {
  const parked: ParkedContract[] = [];
  for (const { contract } of page.facts) {
    const rated = page.rated.get(contract);
    const reason = parkedBy(page.blocked, contract) ?? rated?.parked;
    const issuedBefore = page.billed.get(contract)?.issued.has(month) === true;
    const issuedNow = rated?.drafts.some(({ draft }) => draft.month === month) === true;
    if (issuedBefore || issuedNow) counts.issued += 1;
    else if (reason === undefined) counts.nothingDue += 1;
    if (reason !== undefined) parked.push({ contract, code: reason.code, reason: reason.detail });
  }
  counts.parked += parked.length;
  return parked;
}

function parkedBy(blocked: Blocked, contract: string): ParkReason | undefined {
  const stream = blockOf(blocked, contract);
  if (stream === undefined) return undefined;
  return {
    code: 'events-parked',
    detail: `Events of ${stream.stream} (${stream.source}) could not be taken in since revision ${stream.revision} and wait for a retry.`,
  };
}
