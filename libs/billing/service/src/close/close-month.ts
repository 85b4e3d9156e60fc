import type { CloseMonth, ParkedContract, ParkReason } from '@smartkey/billing-domain';
import { firstDayOf, type ServiceMonth } from '@smartkey/calendar';
import type { EventStore } from '@smartkey/event-store';
import type { Clock } from '@smartkey/kernel';
import type { ContractFacts } from '@smartkey/messages';
import type { ProjectionReader } from '@smartkey/projections';
import { billedIn, billedOf, type Billed } from '../documents/billed.query.ts';
import { rateContracts, type RatedContract } from '../invoices/rate-contracts.ts';
import { blockedBy, blockOf, positionsRead, type Blocked } from '../ledger/completeness.ts';
import { acceptedContracts, countAccepted, factsOfContracts } from '../ledger/contract-facts.query.ts';
import type { BillingSettings } from '../settings/billing-settings.ts';
import type { CloseMetrics } from './close.metrics.ts';
import { Issuer } from './issuer.ts';

/** Contracts rated from one snapshot. */
const PAGE = 500;

export interface CloseParts {
  readonly ledger: ProjectionReader;
  readonly documents: ProjectionReader;
  readonly store: EventStore;
  readonly clock: Clock;
  readonly settings: BillingSettings;
  readonly metrics: CloseMetrics;
}

/** What a run has come to so far. */
export interface Tally {
  total: number;
  issued: number;
  nothingDue: number;
  readonly parked: ParkedContract[];
}

interface Page {
  readonly facts: readonly ContractFacts[];
  readonly billed: ReadonlyMap<string, Billed>;
  readonly rated: ReadonlyMap<string, RatedContract>;
  readonly blocked: Blocked;
  readonly positions: Readonly<Record<string, string>>;
}

/** The documents do not show yet what billing's own log holds: without them nothing may be issued. */
export class BooksBehindError extends Error {
  override readonly name = 'BooksBehindError';
}

/**
 * Closes a month: page by page of contracts, rates everything from one snapshot of the ledger, issues the documents in the
 * series, then records on each contract's stream which months are done. Earlier months of a contract that are due and not
 * issued go first, so that its months are issued in order. Safe to repeat and to cut short anywhere: what is in the books
 * is not issued again, and a month issued but not recorded on its contract's stream is recorded by the next run.
 */
export async function closeMonth(
  parts: CloseParts,
  run: { readonly run: string; readonly month: ServiceMonth },
  progress: (tally: Tally) => Promise<void>,
  stopped: () => boolean,
): Promise<Tally | 'stopped'> {
  await booksUpToDate(parts);
  const issuer = new Issuer(parts.store, parts.clock, parts.settings, run.run, parts.metrics);
  const total = await parts.ledger.snapshot((sql) => countAccepted(sql, run.month));
  const tally: Tally = { total, issued: 0, nothingDue: 0, parked: [] };
  let after = '';
  for (;;) {
    if (stopped()) return 'stopped';
    const contracts = await acceptedContracts(parts.ledger.sql, run.month, after, PAGE);
    const last = contracts.at(-1);
    if (last === undefined) break;
    await issuePage(issuer, await ratePage(parts, run.month, contracts), run.month, tally);
    after = last;
    await progress(tally);
  }
  tally.total = tally.issued + tally.nothingDue + tally.parked.length;
  return tally;
}

async function booksUpToDate({ documents, store }: CloseParts): Promise<void> {
  if (!(await documents.reached('billing', await store.settledPosition(), 60_000)))
    throw new BooksBehindError('the read model of documents is behind the log');
}

async function ratePage(parts: CloseParts, month: ServiceMonth, contracts: readonly string[]): Promise<Page> {
  const { settings } = parts;
  const billed = await billedOf(parts.documents.sql, contracts);
  return parts.ledger.snapshot(async (sql, _watermarks, parked, positions) => {
    const facts = await factsOfContracts(sql, contracts);
    const blocked = blockedBy(parked);
    const free = facts.filter(({ contract }) => blockOf(blocked, contract) === undefined);
    const toRate = free.map((each) => ({ facts: each, billed: billedIn(billed, each.contract) }));
    const rated = await rateContracts(sql, toRate, { closing: month, settings });
    return {
      facts,
      billed,
      blocked,
      rated: new Map(rated.map((each) => [each.contract, each])),
      positions: positionsRead(positions),
    };
  });
}

async function issuePage(issuer: Issuer, page: Page, month: ServiceMonth, tally: Tally): Promise<void> {
  const { rated, billed, positions } = page;
  const closing = new Map<string, { billed: Billed; months: CloseMonth[] }>();
  for (const { contract, lastDay } of page.facts) {
    const own = billedIn(billed, contract);
    const unclosed = own.unclosed.map((each): CloseMonth => ({ contract, ...each, outcome: 'issued' }));
    // An ended contract is looked at every month, but only what is said once need be written.
    const ended = (each: ServiceMonth) => lastDay !== undefined && lastDay < firstDayOf(each);
    const nothingDue = (rated.get(contract)?.nothingDue ?? []).filter((each) => !ended(each));
    const said = nothingDue.map((each): CloseMonth => ({ contract, month: each, outcome: 'nothing-due' }));
    closing.set(contract, { billed: own, months: [...unclosed, ...said] });
  }
  const drafts = [...rated.values()].flatMap((each) => each.drafts);
  for (let next = 0; next < drafts.length;) {
    const invoices = await issuer.issue(drafts.slice(next), positions);
    for (const { contract, month: issued, number } of invoices)
      closing.get(contract)!.months.push({ contract, month: issued, outcome: 'issued', number });
    next += invoices.length;
  }
  await issuer.close(closing);
  for (const { contract } of page.facts) count(tally, contract, page, month);
}

/** What became of the month itself, of one contract. */
function count(tally: Tally, contract: string, page: Page, month: ServiceMonth): void {
  const reason = parkedBy(page.blocked, contract) ?? page.rated.get(contract)?.parked;
  const issuedBefore = page.billed.get(contract)?.issued.has(month) === true;
  const issuedNow = page.rated.get(contract)?.drafts.some(({ draft }) => draft.month === month) === true;
  if (issuedBefore || issuedNow) tally.issued += 1;
  else if (reason !== undefined) tally.parked.push({ contract, code: reason.code, reason: reason.detail });
  else tally.nothingDue += 1;
}

function parkedBy(blocked: Blocked, contract: string): ParkReason | undefined {
  const stream = blockOf(blocked, contract);
  if (stream === undefined) return undefined;
  return {
    code: 'events-parked',
    detail: `Events of ${stream.stream} (${stream.source}) could not be taken in since revision ${stream.revision} and wait for a retry.`,
  };
}
