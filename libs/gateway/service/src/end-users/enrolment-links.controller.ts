import { Body, Controller, Header } from '@nestjs/common';
import { ApiTags, Command, IdParam, Route, type CommandContext, inContract } from '@smartkey/http';
import type { AccountId, ContractId, EnrolmentLinkId } from '@smartkey/kernel';
import { EnrolmentLinkForm } from './enrolment-link.forms.ts';
import type { EnrolmentLinksView, EnrolmentLinkView, IssuedLinkView } from './enrolment-link-view.ts';
import { EnrolmentLinks } from './enrolment-links.ts';

const BY = inContract('ids');

@ApiTags('End users')
@Controller('v1/contracts/:id/ids/:rid/enrolment-links')
export class EnrolmentLinksController {
  constructor(private readonly links: EnrolmentLinks) {}

  @Header('cache-control', 'no-store')
  @Route('POST', {
    summary: 'Issues a link by which the user enrols a device: the administrator never sees the secret',
    description:
      'One open link for each ID: it revokes the one before. With `email` it goes there alone; without, the answer has it and `channel` is `shown`, for whoever asks could open it. An ID that ever had a device asks the user for a code of that device, a recovery code, or the `number` that comes with `identitySeen`. For that a session must have been verified within five minutes (`POST /v1/step-up`).',
    ...BY,
    body: EnrolmentLinkForm,
    bodyOptional: true,
    status: 201,
    secret: true,
    errors: {
      403: '`step-up-required`: a person who says `identitySeen` shows first who that is.',
      404: 'There is no such ID.',
      409: 'The ID is suspended or not registered, has too many devices, or the user reported one.',
    },
  })
  issue(
    @IdParam('id', 'ctr') contract: ContractId,
    @IdParam('rid', 'rid') account: AccountId,
    @Body() form: EnrolmentLinkForm,
    @Command() command: CommandContext,
  ): Promise<IssuedLinkView> {
    return this.links.issue({ contract, account }, form, command);
  }

  @Route('GET', {
    summary: 'Lists the links of an ID, the latest first; never a link itself',
    ...BY,
    errors: { 404: 'There is no such ID.' },
  })
  list(
    @IdParam('id', 'ctr') contract: ContractId,
    @IdParam('rid', 'rid') account: AccountId,
  ): Promise<EnrolmentLinksView> {
    return this.links.list({ contract, account });
  }

  @Route('DELETE :link', {
    summary: 'Revokes a link, and what was begun by it',
    ...BY,
    errors: { 404: 'There is no such link.' },
  })
  revoke(
    @IdParam('id', 'ctr') contract: ContractId,
    @IdParam('rid', 'rid') account: AccountId,
    @IdParam('link', 'lnk') link: EnrolmentLinkId,
    @Command() command: CommandContext,
  ): Promise<EnrolmentLinkView> {
    return this.links.revoke({ contract, account }, link, command);
  }
}
