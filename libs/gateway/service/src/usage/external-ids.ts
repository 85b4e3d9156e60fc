import type { AccountId } from '@smartkey/kernel';
import { AskedService } from '../forwarding/asked-service.ts';
import type { OwnerPort } from '../forwarding/owner-request.ts';

/** The external ids of accounts: personal data, which only the registry holds. */
export class ExternalIds {
  private readonly registry: AskedService;

  constructor(registry: OwnerPort, token: string) {
    this.registry = new AskedService(registry, token);
  }

  /**
   * @returns external id by account; accounts whose data were erased are missing.
   * @throws ProblemException 503 where the registry does not say.
   */
  async of(accounts: readonly AccountId[]): Promise<Readonly<Record<string, string>>> {
    if (accounts.length === 0) return {};
    const path = '/internal/accounts/external-ids';
    const told = await this.registry.answer<{ externalIds: Record<string, string> }>({
      path,
      body: { accounts },
    });
    return told.externalIds;
  }
}
