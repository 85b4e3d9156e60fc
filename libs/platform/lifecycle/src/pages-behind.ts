export interface Walk<Row, Place> {
  /** Rows of a page at most. */
  readonly size: number;
  /** What the first page is read behind. */
  readonly from: Place;
  /** @returns the next rows behind a place, in order, at most `size`. */
  readonly read: (after: Place, size: number) => Promise<readonly Row[]>;
  readonly placeOf: (row: Row) => Place;
}

/**
 * Reads rows page by page, each page behind the last row of the one before. A page with fewer rows than `size` is the last; one without rows is not
 * shown. The next page is read only when it is asked for, so rows that were changed meanwhile are read as they are then.
 * @throws what `read` throws.
 */
export async function* pagesBehind<Row, Place>({
  size,
  from,
  read,
  placeOf,
}: Walk<Row, Place>): AsyncGenerator<readonly Row[]> {
  for (let after = from; ;) {
    const rows = await read(after, size);
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows;
    if (rows.length < size) return;
    after = placeOf(last);
  }
}
