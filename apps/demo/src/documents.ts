import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ApiClient } from '@smartkey/api-client';
import { FILE_MODE, FOLDER_MODE, makeFolder } from '@smartkey/files';
import type { Created, Invoice } from './api-shapes.ts';
import { MONTHS, type StoryEnd } from './story.ts';

/** Where the documents lie. */
export const FOLDERS = ['input', 'invoices', 'exports', 'usage'] as const;

/** Fetches what the months left and writes it to a folder. @returns the invoices, in the order of their numbers. */
export async function leaveDocuments(finance: ApiClient, folder: string, end: StoryEnd): Promise<Invoice[]> {
  const put = async (path: string, content: string | Buffer): Promise<void> => {
    const file = join(folder, path);
    await makeFolder(join(file, '..'), FOLDER_MODE);
    await writeFile(file, content, { mode: FILE_MODE });
  };
  const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

  for (const [name, csv] of Object.entries(end.inputs)) await put(`input/${name}`, csv);
  const invoices: Invoice[] = [];
  for (const month of MONTHS) {
    for await (const { number } of finance.pages<{ number: string }>(`/invoices?month=${month}`)) {
      // How far its files are changes by itself; the document does not.
      const { files: _files, ...invoice } = await finance.get<Invoice & { files: unknown }>(
        `/invoices/${number}`,
      );
      invoices.push(invoice);
      await put(`invoices/${number}.json`, json(invoice));
      await put(`invoices/${number}.csv`, await finance.get<string>(`/invoices/${number}.csv`));
      for (const suffix of ['pdf', 'xml'])
        await put(`invoices/${number}.${suffix}`, await finance.file(`/invoices/${number}.${suffix}`));
    }
    const batch = await finance.post<Created>('/exports', {
      month,
      format: 'canonical-csv',
      encoding: 'utf-8-bom',
    });
    await put(`exports/${month}.csv`, await finance.get<string>(`/exports/${batch.id}/file`));
    const deals = await finance.post<Created>('/exports', { month, format: 'freee' });
    await put(`exports/${month}-freee.csv`, await finance.file(`/exports/${deals.id}/file`));
    for (const [name, contract] of Object.entries(end.contracts)) {
      await put(
        `usage/${month}-${name}.json`,
        json(await finance.get(`/contracts/${contract}/usage/${month}`)),
      );
      await put(
        `usage/${month}-${name}-accounts.csv`,
        await finance.get<string>(`/contracts/${contract}/usage/${month}/accounts`, {
          headers: { accept: 'text/csv' },
        }),
      );
    }
  }
  return invoices.sort((a, b) => (a.number < b.number ? -1 : 1));
}
