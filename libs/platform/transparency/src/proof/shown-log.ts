import { hashOf } from '@smartkey/event-store';
import type { RecordedEvent } from '@smartkey/kernel';
import { logStreamOf, type RestoredLog } from '../keeping/log-keeping.events.ts';
import { seedOf, type CheckpointSettings } from '../log/checkpoint-settings.ts';
import { serviceOf } from '../log/origins.ts';
import { parseCheckpoint, type TreeHead } from '../note/checkpoint.ts';
import { NoteError } from '../note/note-error.ts';
import { noteSigner, type NoteVerifier } from '../note/note-key.ts';
import { parseNote, verifyNote } from '../note/signed-note.ts';
import { CompactRange } from '../tree/compact-range.ts';
import { leafOf } from '../tree/leaf.ts';

/** Why what a proof shows of a log is not taken: it is of another log, no key of this system has signed it, or it is not what was signed. */
export type ShownLogFault = 'another-log' | 'not-as-signed';

/** A part of a proof that is not of this log as it was signed. */
export class ShownLogError extends Error {
  override readonly name = 'ShownLogError';
  constructor(
    readonly fault: ShownLogFault,
    detail: string,
  ) {
    super(detail);
  }
}

/** A line of type `event` of a proof (docs/proof-format.md, Annex A of the format). */
export interface ShownEventLine {
  readonly type: 'event';
  readonly as: string;
  /** Without position and hash. */
  readonly event: Omit<RecordedEvent, 'hash' | 'position'>;
  readonly hash: string;
  /** Decimal text. */
  readonly index: string;
  /** Decimal text. */
  readonly position: string;
  readonly previous: string;
}

/** A line of type `node`. */
export interface ShownNodeLine {
  readonly type: 'node';
  /** Hex. */
  readonly hash: string;
  /** Decimal text. */
  readonly index: string;
  readonly level: number;
}

/** An event that a proof shows. It stands in the signed log only once {@link ShownLog.end} has found so. */
export interface ShownEvent {
  readonly position: bigint;
  /** Behind the name that its leaf bears: 1 of the first name. */
  readonly incarnation: number;
  /** Whether its content is what its hash was made of. */
  readonly isWhole: boolean;
}

const HASH = /^[0-9a-f]{64}$/;

/**
 * One log of a proof as the system reads it whose log it is: by its own keys, witnesses aside. Lines are taken in their order; what was shown is proved at the
 * end, where the tree over all of it is the one that was signed.
 */
export class ShownLog {
  readonly #range = new CompactRange();
  #size = 0;
  #name: string;

  private constructor(
    private readonly base: string,
    private readonly head: TreeHead,
  ) {
    this.#name = base;
  }

  /**
   * @param checkpoint a signed note.
   * @param base `<system>/<service>`: the first name of this system's log.
   * @throws ShownLogError where it is of another log, or no key of this one has signed it.
   */
  static async open(
    checkpoint: string,
    base: string,
    { secret, logKeys }: Pick<CheckpointSettings, 'secret' | 'logKeys'>,
  ): Promise<ShownLog> {
    try {
      const note = parseNote(checkpoint);
      const head = parseCheckpoint(note.text);
      incarnationOf(head.origin, base);
      const seeds = [...((await logKeys?.())?.get(head.origin) ?? []), seedOf(secret, head.origin)];
      const known = seeds.map((seed): NoteVerifier => noteSigner(head.origin, seed).verifier);
      verifyNote(note, known);
      return new ShownLog(base, head);
    } catch (error) {
      if (error instanceof NoteError) throw new ShownLogError('not-as-signed', error.message);
      throw error;
    }
  }

  /** @throws ShownLogError */
  node({ hash, index, level }: ShownNodeLine): void {
    const width = Number.isInteger(level) && level >= 0 && level <= 52 ? 2 ** level : Number.NaN;
    if (!HASH.test(hash) || Number(index) * width !== this.#size)
      throw this.#broken(
        `a node of level ${level} at ${index} does not follow the ${this.#size} leaves before it`,
      );
    this.#range.push(Buffer.from(hash, 'hex'), level);
    this.#size += width;
  }

  /** @throws ShownLogError */
  event({ as, event, hash, index, position, previous }: ShownEventLine): ShownEvent {
    if (
      !HASH.test(hash) ||
      !HASH.test(previous) ||
      !/^\d{1,19}$/.test(position) ||
      Number(index) !== this.#size
    )
      throw this.#broken(`an event at ${index} does not follow the ${this.#size} leaves before it`);
    const isWhole = hashOf(event as RecordedEvent, previous) === hash;
    const { stream, type, revision, data } = event;
    if (
      as === 'restored' &&
      isWhole &&
      type === 'LogRestored' &&
      stream === logStreamOf(serviceOf(this.base))
    )
      this.#name = (data as RestoredLog).log;
    const at = BigInt(position);
    this.#range.push(leafOf(this.#name, { hash, position: at, revision, stream }));
    this.#size += 1;
    return { position: at, incarnation: incarnationOf(this.#name, this.base), isWhole };
  }

  /** @throws ShownLogError where what was shown is not the log that was signed. */
  end(): void {
    const { origin, size, root } = this.head;
    if (this.#size !== size || !Buffer.from(this.#range.root()).equals(root))
      throw this.#broken(
        `what is shown of it is not the tree of ${size} events that was signed as ${origin}`,
      );
  }

  #broken(detail: string): ShownLogError {
    return new ShownLogError('not-as-signed', detail);
  }
}

/** @throws ShownLogError */
function incarnationOf(origin: string, base: string): number {
  if (origin === base) return 1;
  const number = origin.startsWith(`${base}/`) ? origin.slice(base.length + 1) : '';
  if (!/^([2-9]|[1-9]\d{1,8})$/.test(number))
    throw new ShownLogError('another-log', `it stands in the log ${origin}, and this system's is ${base}`);
  return Number(number);
}
