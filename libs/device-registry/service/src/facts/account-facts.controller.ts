import type { AccountId, ContractId } from '@smartkey/kernel';
import { Body, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { IdParam, InternalController, IsListOfIds, IsWholeNumberText } from '@smartkey/http';
import type { LookupDigests, NewerFacts } from '@smartkey/facts';
import { AccountFactsReader } from './account-facts-reader.ts';
import { Identities } from '../identity/identities.ts';

class AccountsForm {
  @IsListOfIds('rid', { max: 1000 })
  accounts!: AccountId[];
}

class KnownQuery {
  @IsWholeNumberText({ optional: true, min: -1, description: 'The revision that the caller has facts of.' })
  known = -1;
}

/**
 * What other services ask the registry, where what they have heard is not enough. Each question names the
 * contract: an account of another one counts as unknown. Foreign, unknown and unchanged are one answer by the same work, so that
 * the time it takes does not tell them apart.
 */
@InternalController()
export class AccountFactsController {
  constructor(
    private readonly reader: AccountFactsReader,
    private readonly identities: Identities,
  ) {}

  @Get('contracts/:contract/accounts/:rid/facts')
  async facts(
    @IdParam('contract', 'ctr') contract: ContractId,
    @IdParam('rid', 'rid') account: AccountId,
    @Query() { known }: KnownQuery,
  ): Promise<NewerFacts> {
    return this.#told((await this.identities.belongsTo(contract, account)) ? account : undefined, known);
  }

  @Get('contracts/:contract/accounts/by-digest/:digest/facts')
  async factsByDigest(
    @IdParam('contract', 'ctr') contract: ContractId,
    @Param('digest') digest: string,
    @Query() { known }: KnownQuery,
  ): Promise<NewerFacts> {
    return this.#told(await this.identities.accountByDigest(contract, digest), known);
  }

  /** External ids for people's eyes: statements and evidence. Accounts that are not known are missing. */
  @Post('accounts/external-ids')
  @HttpCode(200)
  async externalIds(
    @Body() { accounts }: AccountsForm,
  ): Promise<{ readonly externalIds: Readonly<Record<string, string>> }> {
    return { externalIds: Object.fromEntries(await this.identities.externalIdsOf(accounts)) };
  }

  /** What external ids are found by, which no event tells. */
  @Post('accounts/lookup-digests')
  @HttpCode(200)
  async lookupDigests(@Body() { accounts }: AccountsForm): Promise<LookupDigests> {
    return { digests: Object.fromEntries(await this.identities.digestsOf(accounts)) };
  }

  async #told(account: AccountId | undefined, known: number): Promise<NewerFacts> {
    const newer = await this.reader.readAfter(account, known);
    if (newer === undefined) return { newer: null };
    const externalIdDigest = (await this.identities.digestsOf([newer.account])).get(newer.account);
    return { newer: { ...newer, ...(externalIdDigest !== undefined && { externalIdDigest }) } };
  }
}
