import { Body, Get, HttpCode, Param, Post } from '@nestjs/common';
import { check, field, InternalController, notFoundProblem } from '@smartkey/http';
import type { AccountFacts } from '@smartkey/messages';
import { AccountFactsReader } from '../account/account-facts.reader.ts';
import { Identities } from '../identity/identities.ts';

/** Accounts whose external ids are asked for with one call. */
const MOST = 1000;

class ExternalIdsForm {
  @field(
    { type: String, isArray: true, maxItems: MOST },
    {},
    check(
      'accounts',
      (value) =>
        Array.isArray(value) && value.length <= MOST && value.every((each) => typeof each === 'string'),
      `Must be a list of up to ${MOST} account ids.`,
    ),
  )
  accounts!: string[];
}

/** What other services ask the registry, where what they have heard is not enough. */
@InternalController()
export class FactsController {
  constructor(
    private readonly reader: AccountFactsReader,
    private readonly identities: Identities,
  ) {}

  @Get('accounts/:rid/facts')
  facts(@Param('rid') account: string): Promise<AccountFacts> {
    return this.#told(account);
  }

  @Get('contracts/:contract/accounts/by-digest/:digest/facts')
  async factsByDigest(
    @Param('contract') contract: string,
    @Param('digest') digest: string,
  ): Promise<AccountFacts> {
    const identity = await this.identities.byDigest(contract, digest);
    if (identity === undefined) throw notFoundProblem();
    return this.#told(identity.account);
  }

  /** External ids for people's eyes: statements and evidence. Accounts that are not known are missing. */
  @Post('accounts/external-ids')
  @HttpCode(200)
  async externalIds(
    @Body() { accounts }: ExternalIdsForm,
  ): Promise<{ readonly externalIds: Readonly<Record<string, string>> }> {
    const identities = await this.identities.byAccounts(accounts);
    return {
      externalIds: Object.fromEntries([...identities.values()].map((one) => [one.account, one.externalId])),
    };
  }

  async #told(account: string): Promise<AccountFacts> {
    const facts = await this.reader.read(account);
    if (facts === undefined) throw notFoundProblem();
    return facts;
  }
}
