import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { comparableDocuments } from './comparable-documents.fixture.ts';

const folders: string[] = [];
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true })));

interface Drawn {
  readonly contract: string;
  /** In the usage statement: another contract's, where it differs. */
  readonly used?: string;
  readonly number: number;
  readonly total?: string;
  readonly place?: number;
}

/** The documents of a run, as a system drew its ids. */
function leave({ contract, used = contract, number, total = '100', place = number - 1 }: Drawn): string {
  const folder = mkdtempSync(join(tmpdir(), 'smartkey-documents-'));
  folders.push(folder);
  for (const kind of ['invoices', 'usage', 'exports', 'input']) mkdirSync(join(folder, kind));
  const id = (letter: string): string => `ctr_${letter.repeat(26)}`;
  const series = `SK-${String(number).padStart(9, '0')}`;
  const write = (path: string, content: string): void => writeFileSync(join(folder, path), content);
  const invoice = {
    number: series,
    contract: id(contract),
    kind: 'invoice',
    month: '2024-01',
    recipient: { name: '見本' },
    total,
    inputs: { positions: { [`contract/${number}`]: String(1000 * number) } },
  };
  write(`invoices/${series}.json`, JSON.stringify(invoice));
  write(`invoices/${series}.csv`, `number,place,customer\n${series},${place},${id(contract)}\n`);
  write('usage/2024-01.json', JSON.stringify({ contract: id(used), count: 3 }));
  return folder;
}

describe('documents of two runs compared', () => {
  const one = { contract: 'a', number: 1 };

  it('are the same where ids, numbers and positions differ only', async () => {
    const other = await comparableDocuments(leave({ contract: 'b', number: 7 }));
    expect(other).toEqual(await comparableDocuments(leave(one)));
  });

  it.each([
    ['an amount differs', { ...one, total: '101' }],
    ['one refers to another contract than the other did', { ...one, used: 'c' }],
    ['a place is not that of its number', { ...one, place: 5 }],
  ] satisfies [string, Drawn][])('are not where %s', async (_, drawn) => {
    expect(await comparableDocuments(leave(drawn))).not.toEqual(await comparableDocuments(leave(one)));
  });
});
