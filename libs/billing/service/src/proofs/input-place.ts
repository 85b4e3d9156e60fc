import type { InvoiceBasis } from '@smartkey/billing-domain';
import { partitionOf, type ServiceName } from '@smartkey/event-bus';
import type { ContractId } from '@smartkey/kernel';

/** An event that a document follows from. */
export interface InputPlace {
  readonly source: ServiceName;
  readonly stream: string;
  readonly revision: number;
  readonly position: bigint;
  /** Hex; undefined where its message did not tell it. */
  readonly hash: string | undefined;
}

/** With the number of the document, or of what was asked for, that it belongs to. */
export type NumberedPlace = readonly [n: number, place: InputPlace];

/** What says of a document which events it follows from. */
export interface DocumentInputs {
  readonly contract: ContractId;
  readonly basis: InvoiceBasis;
}

/** Log positions as documents record them. */
export type PositionsRead = Readonly<Record<string, string>>;

/** Tells whether the ledger had an event at the moment at which a document was drawn up: its partition had been read so far. */
export function wasReadBy(positions: PositionsRead): (place: Omit<InputPlace, 'hash'>) => boolean {
  const counts = new Map<ServiceName, number>();
  return ({ source, stream, position }) => {
    let partitions = counts.get(source);
    if (partitions === undefined) {
      partitions = Object.keys(positions).filter((partition) => partition.startsWith(`${source}/`)).length;
      counts.set(source, partitions);
    }
    if (partitions === 0) return false;
    return position <= BigInt(positions[`${source}/${partitionOf(stream, partitions)}`] ?? 0);
  };
}

export const hexOf = (hash: Uint8Array | null): string | undefined =>
  hash === null ? undefined : Buffer.from(hash).toString('hex');
