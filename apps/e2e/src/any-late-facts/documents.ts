import assert from 'node:assert/strict';
import { codeOn, lastDayOf } from './told-contract.ts';

/** A document as its readers get it, as far as it is looked at here. */
export interface Document {
  readonly number: string;
  readonly kind: 'invoice' | 'correction' | 'credit-note';
  readonly contract: string;
  readonly month: string;
  readonly corrects?: { readonly number: string };
  readonly lines: readonly {
    readonly item: string;
    readonly amount: string;
    readonly taxCode: string;
    readonly fee?: string;
    readonly corrects?: { readonly month: string; readonly item: string; readonly fee?: string };
  }[];
  readonly taxes: readonly { readonly taxCode: string; readonly taxable: string; readonly tax: string }[];
  readonly net: string;
  readonly tax: string;
  readonly total: string;
}

/** What waits, as `GET /corrections` shows it. */
export interface WaitingRow {
  readonly contract: string;
  readonly month: string;
  readonly item: string;
  readonly fee?: string;
  readonly taxCode: string;
  readonly difference: string;
}

const PERCENT: Readonly<Record<string, bigint>> = {
  'JP-STD-10-2019': 10n,
  'JP-STD-8-2014': 8n,
  'JP-OUT': 0n,
};

const sum = (amounts: readonly string[]): bigint => amounts.reduce((all, each) => all + BigInt(each), 0n);

/** Rounded down on the absolute value, as `bigint` divides. */
const taxOn = (net: bigint, code: string): bigint => (net * PERCENT[code]!) / 100n;

/** Yen by `contract month item code` or `contract fee code` over all documents but credit notes; nothing of 0 yen. */
export function billedBy(documents: readonly Document[]): Map<string, bigint> {
  const billed = new Map<string, bigint>();
  for (const { kind, contract, month, lines } of documents)
    if (kind !== 'credit-note')
      for (const { item, fee, amount, taxCode, corrects } of lines) {
        const of = item === 'adjustment' ? corrects! : { month, item, fee };
        add(billed, keyOf({ contract, ...of, taxCode }), amount);
      }
  return billed;
}

export const keyOf = ({
  contract,
  month,
  item,
  fee,
  taxCode,
}: Omit<WaitingRow, 'difference' | 'fee'> & { readonly fee?: string | undefined }): string =>
  fee === undefined ? `${contract} ${month} ${item} ${taxCode}` : `${contract} ${fee} ${taxCode}`;

export function add(sums: Map<string, bigint>, key: string, amount: string): void {
  const now = (sums.get(key) ?? 0n) + BigInt(amount);
  if (now === 0n) sums.delete(key);
  else sums.set(key, now);
}

/** The latest month of a contract that has its ordinary invoice. */
export const lastIssuedOf = (documents: readonly Document[], contract: string): string | undefined =>
  documents
    .filter((each) => each.kind === 'invoice' && each.contract === contract)
    .map(({ month }) => month)
    .sort()
    .at(-1);

/** The one series has no gap, and a month has one ordinary invoice. */
export function mustBeOneSeries(documents: readonly Document[]): void {
  assert.deepEqual(
    documents.map(({ number }) => number),
    documents.map((_, index) => `SK-${String(index + 1).padStart(9, '0')}`),
  );
  const months = documents
    .filter(({ kind }) => kind === 'invoice')
    .map(({ contract, month }) => `${contract} ${month}`);
  assert.equal(new Set(months).size, months.length, 'a month has two invoices');
}

/** Each document adds up, its lines have the code of their day, and every correction carries the tax of its invoice. */
export function mustBeTaxedRight(documents: readonly Document[]): void {
  for (const document of documents) {
    const { number, kind, month, lines, taxes, net, tax, total } = document;
    assert.equal(sum(lines.map(({ amount }) => amount)), BigInt(net), number);
    assert.equal(sum(taxes.map((row) => row.tax)), BigInt(tax), number);
    assert.equal(BigInt(net) + BigInt(tax), BigInt(total), number);
    for (const { taxCode, taxable } of taxes)
      assert.equal(
        sum(lines.filter((line) => line.taxCode === taxCode).map(({ amount }) => amount)),
        BigInt(taxable),
        number,
      );
    for (const { item, taxCode, fee, corrects } of lines)
      if (
        fee === undefined &&
        corrects?.fee === undefined &&
        kind !== 'credit-note' &&
        item !== 'initial-fee'
      )
        assert.equal(taxCode, codeOn(lastDayOf(corrects?.month ?? month)), number);
    if (kind === 'invoice' && month >= '2023-10')
      assert.ok(!taxes.some(({ taxCode }) => taxCode === 'JP-STD-8-2014'), `${number} carries an ended code`);
  }
  for (const invoice of documents.filter(({ kind }) => kind === 'invoice')) {
    const rows = documents
      .filter(
        (each) =>
          each === invoice || (each.kind === 'correction' && each.corrects?.number === invoice.number),
      )
      .flatMap(({ taxes }) => taxes);
    for (const code of new Set(rows.map(({ taxCode }) => taxCode))) {
      const own = rows.filter(({ taxCode }) => taxCode === code);
      assert.equal(
        sum(own.map(({ tax }) => tax)),
        taxOn(sum(own.map(({ taxable }) => taxable)), code),
        `tax of ${code} on ${invoice.number} with its corrections`,
      );
    }
  }
}
