import type { Database } from '@smartkey/database';
import type { SecretBox } from '@smartkey/secrets';
import { ImportSeals, type SealedResult } from '../imports/import-seals.ts';

/** Every row of every file that is kept, opened. */
export async function rowsOf(database: Database, box: SecretBox): Promise<readonly unknown[]> {
  const seals = new ImportSeals(box);
  const rows = await database.query<{ import: string; row: number; sealed: string }>(
    'SELECT import, row, sealed FROM import_rows',
  );
  return Promise.all(rows.map((row) => seals.openRows(row.import, row)));
}

/** The words of every result that is kept, opened. */
export async function resultsOf(database: Database, box: SecretBox): Promise<readonly unknown[]> {
  const seals = new ImportSeals(box);
  const rows = await database.query<SealedResult & { readonly import: string }>(
    'SELECT import, row, outcome, sealed FROM import_results',
  );
  return Promise.all(rows.map((row) => seals.openResult(row.import, row)));
}
