/**
 * An event that somebody has read of a log, by which the log can be known again. The id alone would say little: it derives from a command, which may be
 * repeated after a loss; and a position may be given again.
 */
export interface Anchor {
  readonly position: bigint;
  readonly id: string;
  /** Hex, as `RecordedEvent.hash`. */
  readonly hash: string;
  /** Where it is found in a log that is looked up by stream. */
  readonly stream: string;
  readonly revision: number;
  /** How often the log had begun anew after a loss; the first is 1. */
  readonly incarnation: number;
}

/** Positions are text, for they are 64 bits wide. */
export type AnchorJson = Omit<Anchor, 'position'> & { readonly position: string };

export const anchorToJson = (anchor: Anchor): AnchorJson => ({
  ...anchor,
  position: String(anchor.position),
});

export const anchorFromJson = (json: AnchorJson): Anchor => ({ ...json, position: BigInt(json.position) });

/** The furthest event that was known of a log when its loss was accepted, as others are told of it; null where there was none. */
export const oldHeadToJson = (
  head: Anchor | undefined,
): Pick<AnchorJson, 'position' | 'id' | 'hash'> | null =>
  head === undefined ? null : { position: String(head.position), id: head.id, hash: head.hash };

/** Of an event or a message; undefined of a message that bears no hash, as records of former versions. */
export function anchorOf(event: {
  readonly position: bigint;
  readonly id: string;
  readonly hash?: string | undefined;
  readonly stream: string;
  readonly revision: number;
  readonly incarnation?: number | undefined;
}): Anchor | undefined {
  const { position, id, hash, stream, revision, incarnation = 1 } = event;
  return hash === undefined ? undefined : { position, id, hash, stream, revision, incarnation };
}
