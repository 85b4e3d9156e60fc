import type { ImportId } from '@smartkey/kernel';
import type { ImportStore } from './import-store.ts';

export const RESULT_COLUMNS = ['row', 'externalId', 'action', 'outcome', 'code', 'detail'] as const;
const PAGE = 1000;

/** The results as rows of CSV, one for each row of the file, read from the tables as they are sent. */
export async function* resultPages(
  store: ImportStore,
  id: ImportId,
): AsyncGenerator<readonly (readonly string[])[]> {
  for (let after = 0; ;) {
    const page = await store.results(id, after, PAGE);
    const last = page.at(-1);
    if (last === undefined) return;
    after = last.row;
    yield page.map((line) => RESULT_COLUMNS.map((column) => String(line[column])));
  }
}
