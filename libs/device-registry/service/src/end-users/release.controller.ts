import { Body, Controller } from '@nestjs/common';
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
import type { AccountId, ContractId } from '@smartkey/kernel';
import { Accounts } from '../accounts/accounts.ts';
import { writtenAt } from '../accounts/written-at.ts';
import { ReleaseForm } from './end-user.forms.ts';

/** What a release leaves. */
interface ReleasedView {
  readonly id: AccountId;
  readonly enrolmentStopped: false;
}

@ApiTags('device registry')
@Controller('v1/contracts/:id/ids')
export class ReleaseController {
  constructor(private readonly accounts: Accounts) {}

  @Route('POST :rid/release', {
    summary: 'Lets devices be enrolled again after the user reported one (「心当たりがない」)',
    description: 'The device that was reported stays suspended until somebody resumes or revokes it.',
    ...inContract('ids'),
    body: ReleaseForm,
    write: true,
    errors: { 404: 'There is no such ID.' },
  })
  async release(
    @IdParam('id', 'ctr') contract: ContractId,
    @IdParam('rid', 'rid') account: AccountId,
    @Body() { reason }: ReleaseForm,
    @Command() command: CommandContext,
  ): Promise<Written<ReleasedView>> {
    const { handled } = orThrow(
      await this.accounts.carryOut({ contract, account }, command, { type: 'ReleaseEnrolment', reason }),
    );
    return written({ id: account, enrolmentStopped: false }, writtenAt(handled));
  }
}
