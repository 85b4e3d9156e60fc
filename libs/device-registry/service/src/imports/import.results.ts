import { Readable } from 'node:stream';
import { stringify } from 'csv-stringify/sync';
import type { ImportStore } from './import.store.ts';

const COLUMNS = ['row', 'externalId', 'action', 'outcome', 'code', 'detail'];
const PAGE = 1000;

/**
 * The results as CSV, a line for each row of the file, read from the tables as they are sent. A cell that a spreadsheet would
 * take for a formula begins with an apostrophe.
 */
export function resultsCsv(store: ImportStore, id: string): Readable {
  async function* lines(): AsyncGenerator<string> {
    yield stringify([COLUMNS], { record_delimiter: 'windows' });
    for (let after = 0; ;) {
      const page = await store.results(id, after, PAGE);
      const last = page.at(-1);
      if (last === undefined) return;
      after = last.row;
      yield stringify([...page], { columns: COLUMNS, escape_formulas: true, record_delimiter: 'windows' });
    }
  }
  return Readable.from(lines(), { objectMode: false });
}
