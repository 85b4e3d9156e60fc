import { pagesBehind } from '@smartkey/lifecycle';
import {
  coefficientOf,
  decimalOfThousandths,
  feeOfAccount,
  type Invoice,
  type InvoiceBasis,
  type StatementRows as MadeStatement,
} from '@smartkey/billing-domain';
import { daysIn, type ServiceMonth } from '@smartkey/calendar';
import type { Decimal } from '@smartkey/money';
import type { ProjectionReader } from '@smartkey/projections';
import { PeerUnavailableError, type Peers } from '@smartkey/runtime';
import { randomUUID } from 'node:crypto';
import { accountDaysAt, contractFactsAt, readUpTo } from '../../ledger/as-read.ts';
import { MerkleRoot } from './merkle-root.ts';
import type { StatementRecord } from './statement-row.ts';
import type { StatementRows } from './statement-rows.ts';

/** Accounts that are read, named and sealed together: so much is held at once. */
const PAGE = 250;

/** A month whose accounts a document counts. */
interface CountedMonth {
  readonly month: ServiceMonth;
  readonly basis: InvoiceBasis;
}

/** Accounts were found other than the document bills: a statement of them would be of another document. */
class StatementDiffersError extends Error {
  override readonly name = 'StatementDiffersError';
}

/** Writes down the accounts behind a document's usage, as the ledger knew them at its issue, with their external ids of now. */
export class StatementMaker {
  constructor(
    private readonly ledger: ProjectionReader,
    private readonly peers: Peers,
    private readonly rows: StatementRows,
  ) {}

  /**
   * @returns what was stored, under a name of its own: of two that are made at once the event names one.
   * @throws PeerUnavailableError where the registry does not say, StatementDiffersError
   */
  async make(document: Invoice): Promise<MadeStatement> {
    const statement = randomUUID();
    const tree = new MerkleRoot();
    let part = 0;
    await this.rows.begin(statement, document.number);
    try {
      for (const counted of countedMonths(document))
        for await (const rows of this.#rowsOf(document, counted)) {
          for (const commitment of await this.rows.append(statement, part, rows)) tree.add(commitment);
          part += 1;
        }
    } catch (error) {
      await this.rows.remove(statement);
      throw error;
    }
    return { statement, rows: tree.leaves, root: tree.root() };
  }

  /** The event that names the rows is there. */
  keep({ statement }: MadeStatement): Promise<void> {
    return this.rows.named(statement);
  }

  /** Rows that no event will name. */
  discard({ statement }: MadeStatement): Promise<void> {
    return this.rows.remove(statement);
  }

  async *#rowsOf(
    document: Invoice,
    { month, basis }: CountedMonth,
  ): AsyncGenerator<readonly StatementRecord[]> {
    const { contract } = document;
    const position = readUpTo(document.inputs.positions, 'device-registry');
    const price = await this.#priceOf(document, basis.quote);
    const days = { contract, days: basis.window ?? document.period };
    const counts = new Map<number, number>();
    const read = (after: string, limit: number) =>
      accountDaysAt(this.ledger.sql, days, position, after, limit);
    const pages = pagesBehind({ size: PAGE, from: '', read, placeOf: ({ account }): string => account });
    for await (const accounts of pages) {
      const names = await this.#externalIds(accounts.map(({ account }) => account));
      for (const { usedDays } of accounts) counts.set(usedDays, (counts.get(usedDays) ?? 0) + 1);
      yield accounts.map(({ account, usedDays }) => ({
        month,
        account,
        externalId: names[account] ?? null,
        usedDays,
        coefficient: decimalOfThousandths(coefficientOf(usedDays, daysIn(month))),
        fee: feeOfAccount(usedDays, daysIn(month), price),
      }));
    }
    const billed = new Map(basis.usedDays);
    if (counts.size !== billed.size || [...counts].some(([used, accounts]) => billed.get(used) !== accounts))
      throw new StatementDiffersError(
        `the ledger has other accounts of ${month} than ${document.number} bills`,
      );
  }

  async #priceOf({ contract, inputs }: Invoice, id: string | undefined): Promise<Decimal> {
    const known = { position: readUpTo(inputs.positions, 'contract') };
    const { quotes } = await contractFactsAt(this.ledger.sql, contract, known);
    const quote = quotes.find((each) => each.id === id);
    if (quote?.plan !== 'enterprise')
      throw new StatementDiffersError('the quote that priced accounts is not known');
    return quote.accountFee as Decimal;
  }

  /** External ids are personal data, which only the registry holds. Accounts whose data were erased are missing. */
  async #externalIds(accounts: readonly string[]): Promise<Readonly<Record<string, string>>> {
    const { status, body } = await this.peers.call('device-registry', {
      method: 'POST',
      path: '/internal/accounts/external-ids',
      body: { accounts },
    });
    if (status !== 200) throw new PeerUnavailableError('device-registry', `it answered ${status}`);
    return (body as { readonly externalIds: Readonly<Record<string, string>> }).externalIds;
  }
}

/** The month of a document, then the months that it rates again, as far as their accounts are counted. */
const countedMonths = ({ month, basis }: Invoice): readonly CountedMonth[] =>
  [{ month, ...basis }, ...(basis.again ?? [])].flatMap((rated) =>
    rated.plan === 'enterprise' && (rated.usedDays?.length ?? 0) > 0
      ? [{ month: rated.month, basis: rated }]
      : [],
  );
