import { Body, Controller, Query } from '@nestjs/common';
import {
  ApiTags,
  Command,
  IdParam,
  Route,
  orThrow,
  written,
  type CommandContext,
  type Written,
  inContract,
} from '@smartkey/http';
import { defined, type AccountId, type ContractId, type Asked } from '@smartkey/kernel';
import type { AccountIds, LiftLegalHold, SetLegalHold } from '@smartkey/device-registry-domain';
import { Accounts, type DoneToAccount } from '../accounts/accounts.ts';
import { EraseQuery, HoldForm, LiftQuery } from './erasure.forms.ts';
import type { ErasedView, HoldView } from './erasure-view.ts';
import { Erasures } from './erasures.ts';
import { writtenAt } from '../accounts/written-at.ts';

const holdOf = (done: DoneToAccount): Written<HoldView> => {
  const hold = done.handled.state.erasure?.hold;
  return written(defined({ held: hold !== undefined, heldSince: hold?.since }), writtenAt(done.handled));
};

@ApiTags('device registry')
@Controller('v1/contracts/:id/ids/:rid')
export class ErasureController {
  constructor(
    private readonly erasures: Erasures,
    private readonly accounts: Accounts,
  ) {}

  @Route('DELETE personal-data', {
    summary: 'Erases the personal data of an ID that is not registered any more',
    description:
      'External id, names, addresses and reasons are gone for good; days, codes that were accepted and invoices stay, and show 消去済 in their place. The external id, registered again, is another ID. Files of imports, kept answers and what other services hold follow within minutes; backups made before still have the key.',
    ...inContract('ids'),
    write: true,
    errors: {
      404: 'There is no such ID.',
      409: '`still-registered`: deregister it first. `legal-hold`: the operator keeps the data.',
    },
  })
  async erase(
    @IdParam('id', 'ctr') contract: ContractId,
    @IdParam('rid', 'rid') account: AccountId,
    @Query() { reason }: EraseQuery,
    @Command() command: CommandContext,
  ): Promise<Written<ErasedView>> {
    const done = orThrow(await this.erasures.erase({ contract, account }, reason, command));
    return written({ erasedAt: done.erasedAt }, writtenAt(done.handled));
  }

  @Route('PUT legal-hold', {
    summary: 'Keeps the personal data of an ID from being erased',
    roles: ['operator'],
    contract: 'id',
    body: HoldForm,
    write: true,
    errors: { 404: 'There is no such ID.', 409: '`personal-data-erased`: they are gone.' },
  })
  async hold(
    @IdParam('id', 'ctr') contract: ContractId,
    @IdParam('rid', 'rid') account: AccountId,
    @Body() { reason }: HoldForm,
    @Command() command: CommandContext,
  ): Promise<Written<HoldView>> {
    return this.#keep({ contract, account }, command, { type: 'SetLegalHold', reason });
  }

  @Route('DELETE legal-hold', {
    summary: 'Lets the personal data of an ID be erased again',
    roles: ['operator'],
    contract: 'id',
    write: true,
    errors: { 404: 'There is no such ID.', 409: '`personal-data-erased`: they are gone.' },
  })
  async lift(
    @IdParam('id', 'ctr') contract: ContractId,
    @IdParam('rid', 'rid') account: AccountId,
    @Query() { reason }: LiftQuery,
    @Command() command: CommandContext,
  ): Promise<Written<HoldView>> {
    return this.#keep({ contract, account }, command, { type: 'LiftLegalHold', reason });
  }

  async #keep(
    ids: AccountIds,
    command: CommandContext,
    asked: Asked<SetLegalHold | LiftLegalHold>,
  ): Promise<Written<HoldView>> {
    return holdOf(orThrow(await this.accounts.carryOut(ids, command, asked)));
  }
}
