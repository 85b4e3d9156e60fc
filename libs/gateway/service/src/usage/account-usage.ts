import { allPages, type Page } from '@smartkey/http';
import type { Actor, AccountId, ContractId } from '@smartkey/kernel';
import type { Decimal } from '@smartkey/money';
import { AskedService } from '../forwarding/asked-service.ts';
import type { OwnerPort } from '../forwarding/owner-request.ts';
import type { ExternalIds } from './external-ids.ts';

/** A line of an account-usage statement as billing knows it: the account by its id. */
interface BilledAccount {
  readonly account: AccountId;
  /** Distinct days registered in the month. */
  readonly usedDays: number;
  /** Used days ÷ days of the month, three decimals kept. */
  readonly coefficient: Decimal;
  /** Coefficient × the account price, not rounded; null while no quote governs the month. */
  readonly fee: Decimal | null;
}

/** The same for people: with the external id. */
export interface NamedAccountUsage extends BilledAccount {
  /** null where the person’s data were erased. */
  readonly externalId: string | null;
}

/** Which statement, and for whom. */
export interface StatementRequest {
  readonly contract: ContractId;
  readonly month: string;
  readonly actor: Actor;
  readonly consistencyToken?: string | undefined;
}

const PAGE = 200;

/** The statement of account usage: amounts from billing, names from the registry. */
export class AccountUsageStatement {
  private readonly billing: AskedService;

  constructor(
    billing: OwnerPort,
    private readonly externalIds: ExternalIds,
    token: string,
  ) {
    this.billing = new AskedService(billing, token);
  }

  /** @throws ProblemException what billing refuses with, 503 where a part is down. */
  async page(
    request: StatementRequest,
    limit: number,
    cursor: string | undefined,
  ): Promise<Page<NamedAccountUsage>> {
    const { items, nextCursor } = await this.billed(request, limit, cursor);
    const names = await this.externalIds.of(items.map(({ account }) => account));
    return { items: items.map((item) => ({ externalId: names[item.account] ?? null, ...item })), nextCursor };
  }

  /** Page after page, so that a million accounts need no more memory than one page. */
  async *pages(request: StatementRequest): AsyncGenerator<readonly NamedAccountUsage[]> {
    yield* allPages((cursor) => this.page(request, PAGE, cursor));
  }

  private async billed(
    { contract, month, actor, consistencyToken }: StatementRequest,
    limit: number,
    cursor: string | undefined,
  ): Promise<Page<BilledAccount>> {
    const query = new URLSearchParams({ limit: String(limit), ...(cursor !== undefined && { cursor }) });
    const path = `/v1/contracts/${encodeURIComponent(contract)}/usage/${encodeURIComponent(month)}/accounts`;
    return this.billing.answerOrRefusal({
      path: `${path}?${query}`,
      actor,
      ...(consistencyToken !== undefined && { headers: { 'consistency-token': consistencyToken } }),
    });
  }
}
