import type { AccountId } from '@smartkey/kernel';
import { internalHeaders, unavailable } from '@smartkey/http';
import { readWhole } from '../front/answer.ts';
import type { OwnerPort } from '../forwarding/owner-request.ts';

/** Longest page of names that is read. */
const LIMIT = 4 * 1024 * 1024;

/** The external ids of accounts: personal data, which only the registry holds. */
export class ExternalIds {
  constructor(
    private readonly registry: OwnerPort,
    private readonly token: string,
  ) {}

  /**
   * @returns external id by account; accounts whose data were erased are missing.
   * @throws ProblemException 503 where the registry does not say.
   */
  async of(accounts: readonly AccountId[]): Promise<Readonly<Record<string, string>>> {
    if (accounts.length === 0) return {};
    const answer = await this.registry.send({
      method: 'POST',
      target: '/internal/accounts/external-ids',
      headers: { ...internalHeaders({ token: this.token }), 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify({ accounts })),
    });
    const body = await readWhole(answer.body, LIMIT);
    if (answer.status !== 200 || body === undefined) throw unavailable();
    return (JSON.parse(body.toString()) as { externalIds: Record<string, string> }).externalIds;
  }
}
