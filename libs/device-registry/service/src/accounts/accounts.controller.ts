import { Body, Controller, Query } from '@nestjs/common';
import {
  ApiTags,
  awaitConsistency,
  Command,
  ConsistencyToken,
  orNotFound,
  Route,
  orThrow,
  written,
  type CommandContext,
  type ConsistencyMark,
  type Page,
  type Written,
  IdParam,
  inContract,
} from '@smartkey/http';
import type { Rejection, Result, ContractId, SpellId, AccountId } from '@smartkey/kernel';
import type { LastAttempts } from '@smartkey/messages';
import { AccountDirectory } from '../directory/account-directory.ts';
import { AuthenticationClient } from '../propagation/authentication.client.ts';
import {
  AccountsQuery,
  CorrectionFields,
  DeregisterQuery,
  OptionalReasonForm,
  RegisterForm,
  VoidForm,
} from './account.forms.ts';
import { accountView, type AccountView, type UnlockedView } from './account-view.ts';
import { Accounts, type DoneToAccount } from './accounts.ts';
import { writtenAt } from './written-at.ts';

/** The account after a command, and the issued and overtaken months that its facts lie in: late facts are never silent. */
const shownBy = ({ handled, affects }: DoneToAccount) => ({
  ...accountView(handled.state),
  ...(affects.length > 0 && { affects }),
});

const shown = (result: Result<DoneToAccount, Rejection>): Written<AccountView> => {
  const done = orThrow(result);
  return written(shownBy(done), writtenAt(done.handled));
};

/** The same of a stop: whether authentication knows. */
const stopped = (result: Result<DoneToAccount, Rejection>): Written<AccountView> => {
  const done = orThrow(result);
  return written({ ...shownBy(done), propagation: done.propagation }, writtenAt(done.handled));
};

/** Of an ID that authentication has not heard of yet. */
const NEVER: LastAttempts = { lastSuccessAt: null, lastFailureAt: null };

@ApiTags('device registry')
@Controller('v1/contracts/:id/ids')
export class AccountsController {
  constructor(
    private readonly accounts: Accounts,
    private readonly directory: AccountDirectory,
    private readonly authentication: AuthenticationClient,
  ) {}

  @Route('POST', {
    summary: 'Registers an ID (別紙1 備考1)',
    description: 'An external id registered again after its end is the same ID, with a new spell.',
    ...inContract('ids'),
    body: RegisterForm,
    status: 201,
    write: true,
    errors: {
      404: 'There is no such contract.',
      409: 'Registered already; the contract is not accepted (第3条) or has ended (第6条).',
      422: 'A field, or the day, breaks a rule.',
    },
  })
  async register(
    @IdParam('id', 'ctr') contract: ContractId,
    @Body() form: RegisterForm,
    @Command() command: CommandContext,
  ): Promise<Written<AccountView>> {
    return shown(await this.accounts.register(contract, form, command));
  }

  @Route('GET', {
    summary: 'Lists the IDs of a contract',
    roles: ['operator', 'contractor', 'auditor'],
    right: 'read',
    contract: 'id',
    consistent: true,
  })
  async list(
    @IdParam('id', 'ctr') contract: ContractId,
    @Query() query: AccountsQuery,
    @ConsistencyToken() marks: readonly ConsistencyMark[],
  ): Promise<Page<AccountView>> {
    await awaitConsistency(this.directory.reader, marks);
    const { items, nextCursor } = await this.directory.page(contract, query);
    return { items: await this.#withLastAttempts(items), nextCursor };
  }

  @Route('GET :rid', {
    summary: 'Shows an ID with its spells',
    roles: ['operator', 'contractor', 'auditor'],
    right: 'read',
    contract: 'id',
    errors: { 404: 'There is no such ID.' },
  })
  async show(
    @IdParam('id', 'ctr') contract: ContractId,
    @IdParam('rid', 'rid') account: AccountId,
  ): Promise<Written<AccountView>> {
    const loaded = orNotFound(await this.accounts.load({ contract, account }));
    const [view] = await this.#withLastAttempts([accountView(loaded.state)]);
    return written(view!, { revision: loaded.revision, source: 'device-registry' });
  }

  async #withLastAttempts(views: readonly AccountView[]): Promise<readonly AccountView[]> {
    const last = await this.authentication.lastAttempts(views.map(({ id }) => id));
    return views.map((view) => ({ ...view, ...(last && { ...NEVER, ...last[view.id] }) }));
  }

  @Route('DELETE :rid', {
    summary: 'Deregisters an ID; its devices are revoked with it',
    description: 'Its last day counts. For a past day (`on`): the operator, with a reason.',
    ...inContract('ids'),
    write: true,
    errors: { 404: 'There is no such ID.', 422: 'The day breaks a rule.' },
  })
  async deregister(
    @IdParam('id', 'ctr') contract: ContractId,
    @IdParam('rid', 'rid') account: AccountId,
    @Query() query: DeregisterQuery,
    @Command() command: CommandContext,
  ): Promise<Written<AccountView>> {
    return stopped(await this.accounts.deregister({ contract, account }, query, command));
  }

  @Route('POST :rid/registrations/:spell/void', {
    summary: 'Takes back a registration that was entered by mistake; none of its days count',
    description: 'At any time, with a reason. One that lasts ends the ID’s devices too.',
    roles: ['operator'],
    contract: 'id',
    body: VoidForm,
    write: true,
    errors: { 404: 'There is no such ID, or it has no such registration.', 422: 'The reason is missing.' },
  })
  async void(
    @IdParam('id', 'ctr') contract: ContractId,
    @IdParam('rid', 'rid') account: AccountId,
    @IdParam('spell', 'spl') spell: SpellId,
    @Body() { reason }: VoidForm,
    @Command() command: CommandContext,
  ): Promise<Written<AccountView>> {
    return stopped(await this.accounts.voidRegistration({ contract, account }, spell, reason, command));
  }

  @Route('PUT :rid/registrations/:spell', {
    summary: 'Makes a registration begin earlier, or end on another day',
    description:
      'At any time, with a reason. What is not given stays; one that lasts is ended by deregistering the ID.',
    roles: ['operator'],
    contract: 'id',
    body: CorrectionFields,
    write: true,
    errors: {
      404: 'There is no such ID, or it has no such registration.',
      409: 'The registration was voided, or has not ended.',
      422: 'A day breaks a rule, or the reason is missing.',
    },
  })
  async correct(
    @IdParam('id', 'ctr') contract: ContractId,
    @IdParam('rid', 'rid') account: AccountId,
    @IdParam('spell', 'spl') spell: SpellId,
    @Body() form: CorrectionFields,
    @Command() command: CommandContext,
  ): Promise<Written<AccountView>> {
    return shown(await this.accounts.correctRegistration({ contract, account }, spell, form, command));
  }

  @Route('POST :rid/suspend', {
    summary: 'Suspends an ID: its codes are refused, it stays registered',
    ...inContract('ids'),
    body: OptionalReasonForm,
    bodyOptional: true,
    write: true,
    errors: { 404: 'There is no such ID.', 409: 'The ID is not registered.' },
  })
  async suspend(
    @IdParam('id', 'ctr') contract: ContractId,
    @IdParam('rid', 'rid') account: AccountId,
    @Body() { reason }: OptionalReasonForm,
    @Command() command: CommandContext,
  ): Promise<Written<AccountView>> {
    return stopped(await this.accounts.carryOut({ contract, account }, command, { type: 'Suspend', reason }));
  }

  @Route('POST :rid/resume', {
    summary: 'Resumes a suspended ID',
    ...inContract('ids'),
    body: OptionalReasonForm,
    bodyOptional: true,
    write: true,
    errors: { 404: 'There is no such ID.', 409: 'The ID is not registered.' },
  })
  async resume(
    @IdParam('id', 'ctr') contract: ContractId,
    @IdParam('rid', 'rid') account: AccountId,
    @Body() { reason }: OptionalReasonForm,
    @Command() command: CommandContext,
  ): Promise<Written<AccountView>> {
    return shown(await this.accounts.carryOut({ contract, account }, command, { type: 'Resume', reason }));
  }

  @Route('POST :rid/unlock', {
    summary: 'Lifts the lock that wrong codes have set',
    ...inContract('ids'),
    body: OptionalReasonForm,
    bodyOptional: true,
    write: true,
    errors: { 404: 'There is no such ID.' },
  })
  async unlock(
    @IdParam('id', 'ctr') contract: ContractId,
    @IdParam('rid', 'rid') account: AccountId,
    @Body() _form: OptionalReasonForm,
    @Command() command: CommandContext,
  ): Promise<Written<UnlockedView>> {
    const loaded = orNotFound(await this.accounts.load({ contract, account }));
    const unlocked = await this.authentication.unlock(account, command.commandId);
    return written({ id: account, unlocked }, { revision: loaded.revision, source: 'device-registry' });
  }
}
