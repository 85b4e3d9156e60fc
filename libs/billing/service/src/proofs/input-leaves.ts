import type { RecordedInputs } from '@smartkey/billing-domain';
import type { ServiceName } from '@smartkey/event-bus';
import { CompactRange, leafOf } from '@smartkey/transparency';
import { Turns } from '../shared/turns.ts';
import type { FoundPages } from './document-inputs.ts';
import type { InputPlace } from './input-place.ts';
import type { SourceHeads } from './log-heads.ts';

const HASH_BYTES = 32;
/** So many leaves between two looks at the clock. */
const AT_ONCE = 512;

/** The leaves of one log's events among a document's inputs: 40 bytes each, for there may be millions. */
class Leaves {
  #positions = new BigUint64Array(64);
  #hashes = Buffer.alloc(64 * HASH_BYTES);
  size = 0;

  add(position: bigint, leaf: Uint8Array): void {
    if (this.size === this.#positions.length) this.#grow();
    this.#positions[this.size] = position;
    this.#hashes.set(leaf, this.size * HASH_BYTES);
    this.size += 1;
  }

  /** By position, each once. */
  *sorted(): Generator<{ readonly position: bigint; readonly leaf: Uint8Array }> {
    const positions = this.#positions;
    const order = Uint32Array.from({ length: this.size }, (_, n) => n).sort((a, b) =>
      positions[a]! < positions[b]! ? -1 : positions[a]! > positions[b]! ? 1 : 0,
    );
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
    const leaves = this.#logs.get(source) ?? new Leaves();
    this.#logs.set(source, leaves);
    leaves.add(place.position, leafOf(this.heads.get(source)!.origin, { hash, ...place }));
  }

  /** Positions of one log's events, ascending. */
  *positionsIn(source: ServiceName): Generator<bigint> {
    for (const { position } of this.#logs.get(source)?.sorted() ?? []) yield position;
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
      heads: inOrder.map(([, head]) => head),
      count,
      root: Buffer.from(range.root()).toString('hex'),
    };
  }
}

/** The leaves of each document's inputs, in the order of the documents. */
export async function leavesOf(
  pages: FoundPages,
  documents: number,
  heads: SourceHeads,
): Promise<readonly InputLeaves[]> {
  const turns = new Turns();
  const leaves = Array.from({ length: documents }, () => new InputLeaves(heads));
  let count = 0;
  for await (const page of pages)
    for (const [document, place] of page) {
      leaves[document]!.add(place);
      count += 1;
      if (count % AT_ONCE === 0) await turns.next();
    }
  return leaves;
}
