import { partitionOf } from '@smartkey/event-bus';
import type { Spoken } from './generated-feed.ts';

/** Where a log's messages stand on each partition of its topic, ascending. */
export function placesByPartition(
  count: number,
  partitions: number,
  say: (n: number) => Spoken,
): readonly (readonly number[])[] {
  const places = Array.from({ length: partitions }, (): number[] => []);
  for (let n = 0; n < count; n += 1) places[partitionOf(say(n).stream, partitions)]!.push(n + 1);
  return places;
}

/** How many messages lie at or before the marks of all partitions. */
export const passed = (places: readonly (readonly number[])[], marks: ReadonlyMap<number, bigint>): number =>
  places.reduce((sum, own, partition) => sum + upTo(own, Number(marks.get(partition) ?? 0n)), 0);

function upTo(ascending: readonly number[], mark: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! <= mark) low = middle + 1;
    else high = middle;
  }
  return low;
}
