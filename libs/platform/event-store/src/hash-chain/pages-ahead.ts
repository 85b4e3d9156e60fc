import { ended } from '@smartkey/lifecycle';

interface Page {
  readonly events: readonly unknown[];
  /** What the next page is read behind. */
  readonly upTo: bigint;
}

/**
 * Pages of a log to its settled end, each with what it was read behind. The next one is on its way while somebody works with one.
 * @param read a page behind a position.
 * @param from what the first is read behind.
 */
export async function* pagesAhead<P extends Page>(
  read: (after: bigint) => Promise<P>,
  from = 0n,
): AsyncGenerator<P & { readonly after: bigint }> {
  const begin = (after: bigint): Promise<P> => {
    const page = read(after);
    // Whether it fails is heard of when it is waited for.
    void ended(page);
    return page;
  };
  let next = begin(from);
  try {
    for (let after = from; ;) {
      const page = await next;
      const over = page.upTo === after || page.events.length === 0;
      if (!over) next = begin(page.upTo);
      yield { ...page, after };
      if (over) return;
      after = page.upTo;
    }
  } finally {
    await Promise.allSettled([next]);
  }
}
