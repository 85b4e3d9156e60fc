/** Pages of rows, each behind the last of the one before; the last page has fewer than `size`. */
export async function* pagesOf<Row>(
  size: number,
  read: (after: string, size: number) => Promise<readonly Row[]>,
  keyOf: (row: Row) => string,
): AsyncGenerator<readonly Row[]> {
  for (let after = ''; ;) {
    const rows = await read(after, size);
    yield rows;
    if (rows.length < size) return;
    after = keyOf(rows.at(-1)!);
  }
}
