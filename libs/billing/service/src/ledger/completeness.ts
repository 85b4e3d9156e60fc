import { endOfMonth, type ServiceMonth } from '@smartkey/calendar';
import type { ServiceName } from '@smartkey/event-bus';
import type { Instant, ContractId } from '@smartkey/kernel';
import type { ParkedStream } from '@smartkey/projections';
import type { ServiceParts } from '@smartkey/runtime';
import { usageLedger } from './usage-ledger.projection.ts';

export type Watermarks = ReadonlyMap<ServiceName, Instant>;

/**
 * The sources of which the ledger cannot yet show that it has every event of a month: their watermark has not passed the
 * month's end. Empty: the month is complete.
 */
export const sourcesBehind = (watermarks: Watermarks, month: ServiceMonth): readonly ServiceName[] =>
  notPassed(watermarks, endOfMonth(month));

/** Asks sources that have not promised up to the instant to do so at once: the reader of the ledger may be waiting for it. */
export function wantComplete(
  watermarks: Watermarks,
  instant: Instant,
  want: ServiceParts['wantWatermark'],
): void {
  for (const source of notPassed(watermarks, instant)) want(source, instant);
}

/** The sources that have not promised to have told of everything before the instant. */
const notPassed = (watermarks: Watermarks, instant: Instant): readonly ServiceName[] =>
  usageLedger.sources.filter((source) => {
    const promised = watermarks.get(source);
    return promised === undefined || promised < instant;
  });

/** The instant up to which the ledger has everything; `null` while a source has promised nothing yet. */
export function completeUpTo(watermarks: Watermarks): Instant | null {
  const promised = usageLedger.sources.flatMap((source) => watermarks.get(source) ?? []);
  if (promised.length < usageLedger.sources.length) return null;
  return promised.reduce((a, b) => (a < b ? a : b));
}

/**
 * Contracts that the close must leave out, with the streams set aside: a message that could not be applied may matter to
 * any of their months. `everyone` where a message names no contract.
 */
export interface Blocked {
  readonly contracts: ReadonlyMap<string, ParkedStream>;
  readonly everyone?: ParkedStream;
}

const contractOfParked = ({ contract, stream }: ParkedStream): string | undefined =>
  contract ?? /^contract-(.+)$/.exec(stream)?.[1];

export function blockedBy(parked: readonly ParkedStream[]): Blocked {
  const contracts = new Map<string, ParkedStream>();
  let everyone: ParkedStream | undefined;
  for (const stream of parked) {
    const contract = contractOfParked(stream);
    if (contract === undefined) everyone = stream;
    else contracts.set(contract, stream);
  }
  return everyone === undefined ? { contracts } : { contracts, everyone };
}

/** The stream that keeps a contract's months from being closed. */
export const blockOf = ({ contracts, everyone }: Blocked, contract: ContractId): ParkedStream | undefined =>
  contracts.get(contract) ?? everyone;

/** Positions as a document records them. */
export const positionsRead = (positions: ReadonlyMap<string, bigint>): Readonly<Record<string, string>> =>
  Object.fromEntries([...positions].map(([partition, position]) => [partition, String(position)]));
