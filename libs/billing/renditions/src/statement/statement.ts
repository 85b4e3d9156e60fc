import { accountsIn, type Invoice, type InvoiceLine } from '@smartkey/billing-domain';
import type { Decimal } from '@smartkey/money';

/** An account on the statement of an invoice (利用明細). */
export interface StatementRow {
  /** `null`: its personal data were erased. */
  readonly externalId: string | null;
  readonly usedDays: number;
  /** 日割係数, three decimals. */
  readonly coefficient: Decimal;
  /** Coefficient × price: not rounded, for only the sum of all is. */
  readonly fee: Decimal;
}

/** What stands for an external id that was erased. */
export const ERASED = '消去済';

/** There is no statement of it in this form. */
export class StatementRefusedError extends Error {
  override readonly name = 'StatementRefusedError';

  constructor(
    readonly document: string,
    readonly rule: 'no-account-usage' | 'too-many-accounts' | 'not-these-accounts',
    detail: string,
  ) {
    super(`${document}: ${detail}`);
  }
}

/** The line that a statement explains, and how many accounts it counts. */
export interface Explained {
  readonly line: InvoiceLine;
  readonly accounts: number;
}

/** @throws StatementRefusedError for a document that bills no accounts */
export function explainedBy(invoice: Invoice): Explained {
  const line = invoice.lines.find(({ item }) => item === 'account-usage');
  if (line === undefined)
    throw new StatementRefusedError(
      invoice.number,
      'no-account-usage',
      'bills no accounts, so it has no statement.',
    );
  return { line, accounts: accountsIn(invoice.basis.usedDays ?? []) };
}

/**
 * The rows, counted.
 * @throws StatementRefusedError after the last, or at the first that is too many, where they are not the accounts that were billed
 */
export async function* counted(
  invoice: Invoice,
  rows: AsyncIterable<StatementRow>,
): AsyncGenerator<StatementRow> {
  const { accounts } = explainedBy(invoice);
  const refuse = (found: string): never => {
    throw new StatementRefusedError(
      invoice.number,
      'not-these-accounts',
      `${accounts} accounts were billed, and the rows are ${found}.`,
    );
  };
  let found = 0;
  for await (const row of rows) {
    found += 1;
    if (found > accounts) refuse('more');
    yield row;
  }
  if (found < accounts) refuse(String(found));
}
