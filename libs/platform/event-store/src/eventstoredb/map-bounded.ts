/** Works on all items, so many at a time, begun in their order. The first failure ends it, when what had begun has ended. @returns what came of each. */
export async function mapBounded<T, Out>(
  items: readonly T[],
  concurrency: number,
  work: (item: T) => Promise<Out>,
): Promise<readonly Out[]> {
  const outs = new Array<Out>(items.length);
  let next = 0;
  let failed = false;
  const worker = async () => {
    while (next < items.length && !failed) {
      const index = next;
      next += 1;
      try {
        outs[index] = await work(items[index]!);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: concurrency }, worker));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return outs;
}
