import type { CloseCounts, ParkedContract, ParkReason } from '@smartkey/billing-domain';
import type { ServiceMonth } from '@smartkey/calendar';
import type { ContractId } from '@smartkey/kernel';
import { sumOfYen } from '@smartkey/money';
import { billedIn } from '../documents/billed.query.ts';
import { blockOf, type Blocked } from '../ledger/completeness.ts';
import type { ClosePage } from './close-page.ts';

export type Counts = { -readonly [Count in keyof CloseCounts]: CloseCounts[Count] };

/**
 * Adds up what became of each contract of a page: its own month is issued, by this run or before, or nothing was due. Parked are those
 * with any month that could not be drawn up, whatever became of the run's own.
 * @returns those parked, by name.
 */
export function addUp(
  counts: Counts,
  page: ClosePage,
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
