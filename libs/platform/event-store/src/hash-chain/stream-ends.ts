import type { ChainLink } from './verify-stream.ts';

/** Streams of each half: some 10 MB together. */
const HALF = 16_384;

/** How far streams were followed: those that came last, for most streams are written to for a while. */
export class StreamEnds {
  #young = new Map<string, ChainLink>();
  #old: ReadonlyMap<string, ChainLink> = new Map();

  /** @param half streams after which those before the last so many are forgotten. */
  constructor(private readonly half = HALF) {}

  /** @returns undefined for a stream that was not followed, or long ago. */
  get(stream: string): ChainLink | undefined {
    return this.#young.get(stream) ?? this.#old.get(stream);
  }

  set(stream: string, end: ChainLink): void {
    this.#young.set(stream, end);
    if (this.#young.size < this.half) return;
    this.#old = this.#young;
    this.#young = new Map();
  }
}
