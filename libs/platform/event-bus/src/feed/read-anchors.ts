import {
  anchorFromJson,
  anchorToJson,
  type Anchor,
  type AnchorJson,
  type Evidence,
  type Incarnation,
} from '@smartkey/event-store';
import { parsePosition, type Instant } from '@smartkey/kernel';

/** The last event that one reader has of a log. */
export interface ReadAnchor {
  /** Service, consumer and partition: `billing/billing_usage_ledger_v3_1/0`. */
  readonly reader: string;
  readonly event: Anchor;
}

/** Of a log that lacks what one of its readers has. */
export const evidenceOf = ({ reader, event }: ReadAnchor): Evidence => ({
  reader,
  known: event,
  detail: `it has read revision ${event.revision} of ${event.stream} at position ${event.position}`,
});

/** What the owner of a log answers to those who ask whether it has what they read. */
export interface AnchorsFound {
  /** In the order asked for. */
  readonly known: readonly boolean[];
  /** Since when the log is known to have gone back. */
  readonly wentBackSince?: Instant;
  /** Those after the first, in their order; missing where no loss was ever accepted. */
  readonly incarnations?: readonly IncarnationJson[];
}

type IncarnationJson = Omit<Incarnation, 'keptPosition' | 'oldHead'> & {
  readonly keptPosition: string;
  readonly oldHead?: AnchorJson;
};

export const incarnationToJson = ({ keptPosition, oldHead, ...each }: Incarnation): IncarnationJson => ({
  ...each,
  keptPosition: String(keptPosition),
  ...(oldHead === undefined ? {} : { oldHead: anchorToJson(oldHead) }),
});

/** The incarnations of an answer. */
export const incarnationsOf = ({ incarnations = [] }: AnchorsFound): readonly Incarnation[] =>
  incarnations.map(({ keptPosition, oldHead, ...each }) => ({
    ...each,
    keptPosition: BigInt(keptPosition),
    ...(oldHead === undefined ? {} : { oldHead: anchorFromJson(oldHead) }),
  }));

/** So many may be asked for at once. */
const MOST_ANCHORS = 1_000;

export interface AnchorsAskedJson {
  readonly anchors: readonly (AnchorJson & { readonly reader: string })[];
}

export const anchorsAskedToJson = (anchors: readonly ReadAnchor[]): AnchorsAskedJson => ({
  anchors: anchors.map(({ reader, event }) => ({ reader, ...anchorToJson(event) })),
});

const HASH = /^[0-9a-f]{64}$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const isText = (value: unknown, most: number): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= most;
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

/** @returns undefined for a body that is none. */
export function anchorsAskedFromJson(body: unknown): readonly ReadAnchor[] | undefined {
  const { anchors } = (body ?? {}) as Partial<AnchorsAskedJson>;
  if (!Array.isArray(anchors) || anchors.length > MOST_ANCHORS) return undefined;
  const read: ReadAnchor[] = [];
  for (const each of anchors as readonly unknown[]) {
    const anchor = anchorOfJson(each);
    const { reader } = (each ?? {}) as { readonly reader?: unknown };
    if (anchor === undefined || !isText(reader, 500)) return undefined;
    read.push({ reader, event: anchor });
  }
  return read;
}

/** @returns undefined for what is none. */
export function anchorOfJson(value: unknown): Anchor | undefined {
  const { position, id, hash, stream, revision, incarnation } = (value ?? {}) as Record<string, unknown>;
  const place = parsePosition(position);
  if (place === undefined || !isText(id, 36) || !UUID.test(id)) return undefined;
  if (!isText(hash, 64) || !HASH.test(hash) || !isText(stream, 500)) return undefined;
  if (!isCount(revision) || !isCount(incarnation) || incarnation < 1) return undefined;
  return { position: place, id, hash, stream, revision, incarnation };
}
