import type { RecordedInputs } from '@smartkey/billing-domain';
import type { ServiceName } from '@smartkey/event-bus';
import { CompactRange, leafOf } from '@smartkey/transparency';
import { Turns } from '@smartkey/lifecycle';
import type { InputPlace } from './input-place.ts';
import { nameAt, type SourceHeads } from './log-heads.ts';

const POSITION_BYTES = 8;
const HASH_BYTES = 32;
/** So many leaves between two looks at the clock. */
const AT_ONCE = 512;

/** The leaves of one log's events among a document's inputs: 40 bytes each, for there may be millions. */
class Leaves {
  #positions = new BigUint64Array(64);
  #hashes = Buffer.alloc(64 * HASH_BYTES);
  /** They came in their order. */
  #ascending = true;
  size = 0;

  add(position: bigint, leaf: Uint8Array): void {
    if (this.size === this.#positions.length) this.#grow();
    if (this.size > 0 && position < this.#positions[this.size - 1]!) this.#ascending = false;
    this.#positions[this.size] = position;
    this.#hashes.set(leaf, this.size * HASH_BYTES);
    this.size += 1;
  }

  /** By position, each once. */
  *sorted(): Generator<{ readonly position: bigint; readonly leaf: Uint8Array }> {
    const positions = this.#positions;
    const order = Uint32Array.from({ length: this.size }, (_, n) => n);
    if (!this.#ascending)
      order.sort((a, b) => (positions[a]! < positions[b]! ? -1 : positions[a]! > positions[b]! ? 1 : 0));
    let before: bigint | undefined;
    for (const n of order) {
      const position = positions[n]!;
      if (position === before) continue;
      before = position;
      yield { position, leaf: this.#hashes.subarray(n * HASH_BYTES, (n + 1) * HASH_BYTES) };
    }
  }

  #grow(): void {
    const positions = new BigUint64Array(this.size * 2);
    positions.set(this.#positions);
    const hashes = Buffer.alloc(this.size * 2 * HASH_BYTES);
    hashes.set(this.#hashes);
    [this.#positions, this.#hashes] = [positions, hashes];
  }
}

/** The events that a document follows from, as their logs' trees hold them. */
export class InputLeaves {
  readonly #logs = new Map<ServiceName, Leaves>();
  #unknown = false;

  constructor(private readonly heads: SourceHeads) {}

  add({ source, hash, ...place }: InputPlace): void {
    if (hash === undefined) {
      this.#unknown = true;
      return;
    }
    this.#leavesOf(source).add(
      place.position,
      leafOf(nameAt(this.heads.get(source)!, place.position), { hash, ...place }),
    );
  }

  /**
   * Leaves that were made elsewhere.
   * @param made position (8 bytes) and leaf (32) of each.
   * @param unknown whether some are missing, for their hashes are not known.
   */
  addMade(source: ServiceName, made: Uint8Array, unknown: boolean): void {
    if (unknown) this.#unknown = true;
    const leaves = this.#leavesOf(source);
    const places = new DataView(made.buffer, made.byteOffset, made.byteLength);
    for (let at = 0; at < made.length; at += POSITION_BYTES + HASH_BYTES)
      leaves.add(
        places.getBigUint64(at),
        made.subarray(at + POSITION_BYTES, at + POSITION_BYTES + HASH_BYTES),
      );
  }

  #leavesOf(source: ServiceName): Leaves {
    const known = this.#logs.get(source);
    if (known !== undefined) return known;
    const leaves = new Leaves();
    this.#logs.set(source, leaves);
    return leaves;
  }

  /** @returns undefined where the hash of one of them is not known. */
  async recorded(): Promise<RecordedInputs | undefined> {
    if (this.#unknown) return undefined;
    const inOrder = [...this.heads].sort(([, a], [, b]) => (a.origin < b.origin ? -1 : 1));
    const range = new CompactRange();
    const turns = new Turns();
    let count = 0;
    for (const [source] of inOrder)
      for (const { leaf } of this.#logs.get(source)?.sorted() ?? []) {
        range.push(leaf);
        count += 1;
        if (count % AT_ONCE === 0) await turns.next();
      }
    return {
      heads: inOrder.map(([, { origin, size, root }]) => ({ origin, size, root })),
      count,
      root: Buffer.from(range.root()).toString('hex'),
    };
  }
}
