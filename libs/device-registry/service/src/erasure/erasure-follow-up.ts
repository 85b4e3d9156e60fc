import type { AccountId, Instant } from '@smartkey/kernel';
import type { SubjectKeys } from '@smartkey/secrets';
import type { DisplayNames } from '../identity/display-names.ts';
import type { Identities } from '../identity/identities.ts';

/** What an erasure takes out of the registry's own tables at once. Each step may be repeated. */
export class ErasureFollowUp {
  constructor(
    private readonly identities: Identities,
    private readonly names: DisplayNames,
    private readonly subjectKeys: SubjectKeys,
    private readonly now: () => Instant,
  ) {}

  /** The external id finds nobody any more, and nothing that was sealed for the account opens. */
  async release(account: AccountId): Promise<void> {
    await this.identities.release(account, this.now());
    await this.names.drop(account);
    await this.subjectKeys.erase(account);
  }
}
