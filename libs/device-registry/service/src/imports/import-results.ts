import type { ImportId } from '@smartkey/kernel';
import { pagesBehind } from '@smartkey/lifecycle';
import type { ImportStore } from './import-store.ts';

export const RESULT_COLUMNS = ['row', 'externalId', 'action', 'outcome', 'code', 'detail'] as const;
const PAGE = 1000;

/** The results as rows of CSV, one for each row of the file, read from the tables as they are sent. */
export async function* resultPages(
  store: ImportStore,
  id: ImportId,
): AsyncGenerator<readonly (readonly string[])[]> {
  const read = (after: number, limit: number) => store.results(id, after, limit);
  for await (const page of pagesBehind({ size: PAGE, from: 0, read, placeOf: ({ row }) => row }))
    yield page.map((line) => RESULT_COLUMNS.map((column) => String(line[column])));
}
