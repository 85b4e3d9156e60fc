import { describe, expect, it } from '@jest/globals';
import { MissingCharactersError } from '../pdf/missing-characters.ts';
import { goldenDocument } from '../testing/golden-documents.fixture.ts';
import { pdfText, printed } from '../testing/pdf-text.fixture.ts';
import { renderStatement } from './render-statement.ts';
import { StatementRefusedError, type StatementRow } from './statement.ts';

/** The billed accounts of the first pattern: 100 of 31 days, 3 of 17, 2 of one. */
const january = goldenDocument('2024-01');
const month = '2024-01';
const rowOf = (n: number): StatementRow => {
  const externalId = n === 7 ? null : `user-${String(n).padStart(3, '0')}@example.com`;
  if (n < 100) return { month, externalId, usedDays: 31, coefficient: '1.000', fee: '300' };
  return n < 103
    ? { month, externalId, usedDays: 17, coefficient: '0.548', fee: '164.4' }
    : { month, externalId, usedDays: 1, coefficient: '0.032', fee: '9.6' };
};
async function* rows(count = 105, row: (n: number) => StatementRow = rowOf): AsyncGenerator<StatementRow> {
  for (let n = 0; n < count; n += 1) yield await Promise.resolve(row(n));
}
async function bytesOf(from = rows(), maxAccounts = 5000): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of renderStatement(january, from, { maxAccounts })) parts.push(part);
  return Buffer.concat(parts);
}
const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('The statement of an invoice, account by account', () => {
  it('has each account once, in order, with days, coefficient and fee; an erased one without its name', async () => {
    const text = printed(pdfText(await bytesOf()));
    expect(text).toContain('Row[アカウント数] [105 (暦日数31日)]');
    expect(text).toContain('Row[日割係数の合計] [101.708]');
    expect(text).toContain('[1] Row[user-000@example.com] [31] [1.000] [300]');
    expect(text).toContain('[8] Row[消去済] [31] [1.000] [300]');
    expect(text).toContain('[103] Row[user-102@example.com] [17] [0.548] [164.4]');
    expect(text).toContain('[105] Row[user-104@example.com] [1] [0.032] [9.6]');
    expect(text).toContain('page 2: ');
  });

  it('comes page by page, before its rows are read to the end', async () => {
    let read = 0;
    const counting = rows(105, (n) => {
      read = n + 1;
      return rowOf(n);
    });
    const statement = renderStatement(january, counting, { maxAccounts: 5000 });
    const first = await statement.next();
    expect((first.value as Buffer).subarray(0, 5).toString()).toBe('%PDF-');
    expect(read).toBeGreaterThan(10);
    expect(read).toBeLessThan(105);
    await statement.return(undefined);
  });

  it('as PDF is refused beyond the setting', async () => {
    const refused = await failureOf(bytesOf(rows(), 104));
    expect(refused).toBeInstanceOf(StatementRefusedError);
    expect(refused).toMatchObject({ document: 'SK-000000001', rule: 'too-many-accounts' });
  });

  it('of an invoice with adjustments has the months that were rated again below its own', async () => {
    const adjusted = goldenDocument('adjustment');
    const parts: Buffer[] = [];
    async function* both(): AsyncGenerator<StatementRow> {
      for await (const row of rows(100, () => ({ ...rowOf(0), month: '2024-02' }))) yield row;
      for await (const row of rows(106)) yield row;
    }
    for await (const part of renderStatement(adjusted, both(), { maxAccounts: 206 })) parts.push(part);
    const text = printed(pdfText(Buffer.concat(parts)));
    expect(text).toContain('H2: 2024年2月分\n');
    expect(text).toContain('H2: 2024年1月分 (SK-000000001 の訂正後)\n');
    expect(text).toContain('[206] Row[');
    for (const only of [rows(106), rows(100, () => ({ ...rowOf(0), month: '2024-02' }))])
      expect(
        await failureOf(
          (async () => {
            for await (const part of renderStatement(adjusted, only, { maxAccounts: 206 })) parts.push(part);
          })(),
        ),
      ).toMatchObject({ rule: 'not-these-accounts' });
  });

  it.each([104, 106])('is refused where its rows are not the billed accounts: %d', async (count) => {
    expect(await failureOf(bytesOf(rows(count)))).toMatchObject({ rule: 'not-these-accounts' });
  });

  it('is refused of a document that counts no accounts', async () => {
    const work = renderStatement(goldenDocument('credit note'), rows(), { maxAccounts: 1 }).next();
    expect(await failureOf(work)).toMatchObject({ rule: 'no-accounts' });
  });

  it('names the row whose characters no font has', async () => {
    const refused = await failureOf(
      bytesOf(rows(105, (n) => ({ ...rowOf(n), ...(n === 40 && { externalId: 'a😀' }) }))),
    );
    expect(refused).toBeInstanceOf(MissingCharactersError);
    expect(refused).toMatchObject({ missing: [{ field: '/rows/40/externalId', codePoint: 'U+1F600' }] });
  });
});
