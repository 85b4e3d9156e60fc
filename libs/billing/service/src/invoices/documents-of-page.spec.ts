import { describe, expect, it } from '@jest/globals';
import type { LoggedInvoice } from '../log/invoice-log.ts';
import { documentsOfPage } from './documents-of-page.ts';

const NUMBERS = Array.from({ length: 200 }, (_, n) => `SK-${n}`);

/** A log of documents with so many lines each, and how many it was asked for at once. */
function logOf(lines: number): {
  asked: number[];
  findMany: (numbers: readonly string[]) => Promise<LoggedInvoice[]>;
} {
  const asked: number[] = [];
  return {
    asked,
    findMany: (numbers) => {
      asked.push(numbers.length);
      const invoice = (number: string) => ({ number, lines: Array.from({ length: lines }, () => ({})) });
      return Promise.resolve(
        numbers.map((number) => ({ invoice: invoice(number) }) as unknown as LoggedInvoice),
      );
    },
  };
}

describe('the documents of a page', () => {
  it.each([
    ['all where they have few lines', 3, 200],
    ['as many as have 5,000 lines together', 500, 10],
    ['one at least', 9_000, 1],
  ])('are %s', async (_what, lines, expected) => {
    const log = logOf(lines);
    const page = await documentsOfPage(log, NUMBERS);
    expect(page.map(({ invoice }) => invoice.number)).toEqual(NUMBERS.slice(0, expected));
    // And of large ones not many more are read for it.
    if (expected < 200) expect(log.asked.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(30);
  });

  it('are none of none', async () => {
    expect(await documentsOfPage(logOf(1), [])).toEqual([]);
  });
});
