import { accountsIn, type Invoice, type InvoiceLine } from '@smartkey/billing-domain';
import type { ServiceMonth } from '@smartkey/calendar';
import type { Decimal } from '@smartkey/money';

/** An account on the statement of a document (利用明細). */
export interface StatementRow {
  readonly month: ServiceMonth;
  /** `null`: its personal data were erased. */
  readonly externalId: string | null;
  readonly usedDays: number;
  /** 日割係数, three decimals. */
  readonly coefficient: Decimal;
  /** Coefficient × price: not rounded, for only the sum of all is. */
  readonly fee: Decimal;
}

/** What stands for an external id that was erased. */
export const ERASED_ID = '消去済';

/** There is no statement of it in this form. */
export class StatementRefusedError extends Error {
  override readonly name = 'StatementRefusedError';

  constructor(
    readonly document: string,
    readonly rule: 'no-accounts' | 'too-many-accounts' | 'not-these-accounts',
    detail: string,
  ) {
    super(`${document}: ${detail}`);
  }
}

/** A month whose accounts a document counts. */
export interface CountedMonth {
  readonly month: ServiceMonth;
  readonly accounts: number;
  /** The line of the document's own month. */
  readonly line?: InvoiceLine;
  /** The invoice of a month that was rated again. */
  readonly corrects?: string;
}

/** The months whose accounts a document counts: its own first, then those that it rates again. */
export function countedMonths({ month, basis, lines }: Invoice): readonly CountedMonth[] {
  const line = lines.find(({ item }) => item === 'account-usage');
  const own = { month, accounts: accountsIn(basis.usedDays ?? []), ...(line && { line }) };
  const again = (basis.again ?? []).map((rated) => ({
    month: rated.month,
    accounts: accountsIn(rated.usedDays ?? []),
    corrects: rated.number,
  }));
  return [own, ...again].filter(({ accounts }) => accounts > 0);
}

/** How many rows the statement of a document has. */
export const accountsOfStatement = (document: Invoice): number =>
  countedMonths(document).reduce((sum, { accounts }) => sum + accounts, 0);

/**
 * The rows of a document, month by month, counted.
 * @throws StatementRefusedError at the first row that is too many or of another month, or after the last, where they are not the
 * accounts that the document counts
 */
export async function* counted(
  { number }: Pick<Invoice, 'number'>,
  months: readonly CountedMonth[],
  rows: AsyncIterable<StatementRow>,
): AsyncGenerator<StatementRow> {
  const waiting = [...months];
  let found = 0;
  const mustBe = (is: boolean, what: string): void => {
    if (!is)
      throw new StatementRefusedError(
        number,
        'not-these-accounts',
        `the rows are not the accounts that it counts: ${what}.`,
      );
  };
  const closeMonth = (): void => {
    const month = waiting.shift();
    mustBe(
      month === undefined || found === month.accounts,
      `${found} of ${month?.accounts} in ${month?.month}`,
    );
    found = 0;
  };
  for await (const row of rows) {
    if (row.month !== waiting[0]?.month) closeMonth();
    mustBe(row.month === waiting[0]?.month, `one of ${row.month}`);
    found += 1;
    mustBe(found <= waiting[0]!.accounts, `more than ${waiting[0]!.accounts} in ${row.month}`);
    yield row;
  }
  while (waiting.length > 0) closeMonth();
}
