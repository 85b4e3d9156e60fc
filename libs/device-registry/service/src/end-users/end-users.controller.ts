import { Get, HttpCode, Post } from '@nestjs/common';
import { confirmedAddress } from '@smartkey/device-registry-domain';
import {
  Command,
  IdParam,
  InternalController,
  orThrow,
  SchemaBody,
  type CommandContext,
  orNotFound,
} from '@smartkey/http';
import type { AccountId, ContractId, DeviceId, EnrolmentLinkId } from '@smartkey/kernel';
import type {
  DeviceNotice,
  IssuedLink,
  IssueLink,
  OwnPageAddress,
  Proof,
  RecordedLink,
  RecordedLinks,
  ShownProof,
} from '@smartkey/messages';
import { Accounts } from '../accounts/accounts.ts';
import { Identities } from '../identity/identities.ts';
import { issueLinkBody, ownPageBody, reportBody, shownProofBody } from './end-user.forms.ts';
import { RecordedEnrolmentLinks } from './recorded-enrolment-links.ts';
import { Proofs } from './proofs.ts';

/** What the gateway asks for users and for those who look after them; the shapes are those of the published language. */
@InternalController('contracts/:contract')
export class EndUsersController {
  constructor(
    private readonly links: RecordedEnrolmentLinks,
    private readonly proofs: Proofs,
    private readonly accounts: Accounts,
    private readonly identities: Identities,
  ) {}

  @Post('accounts/:rid/enrolment-links')
  async issue(
    @IdParam('contract', 'ctr') contract: ContractId,
    @IdParam('rid', 'rid') account: AccountId,
    @SchemaBody(issueLinkBody) body: IssueLink,
    @Command() command: CommandContext,
  ): Promise<IssuedLink> {
    return orThrow(await this.links.issue({ contract, account }, body, command)).value;
  }

  @Get('accounts/:rid/enrolment-links')
  async list(
    @IdParam('contract', 'ctr') contract: ContractId,
    @IdParam('rid', 'rid') account: AccountId,
  ): Promise<RecordedLinks> {
    return orNotFound(await this.links.list({ contract, account }));
  }

  @Post('accounts/:rid/enrolment-links/:link/open')
  @HttpCode(200)
  async open(
    @IdParam('contract', 'ctr') contract: ContractId,
    @IdParam('rid', 'rid') account: AccountId,
    @IdParam('link', 'lnk') link: EnrolmentLinkId,
    @Command() command: CommandContext,
  ): Promise<RecordedLink> {
    return orThrow(await this.links.open({ contract, account }, link, command)).value;
  }

  @Post('accounts/:rid/enrolment-links/:link/revoke')
  @HttpCode(200)
  async revoke(
    @IdParam('contract', 'ctr') contract: ContractId,
    @IdParam('rid', 'rid') account: AccountId,
    @IdParam('link', 'lnk') link: EnrolmentLinkId,
    @Command() command: CommandContext,
  ): Promise<RecordedLink> {
    return orThrow(await this.links.revoke({ contract, account }, link, command)).value;
  }

  @Post('accounts/:rid/proof')
  @HttpCode(200)
  async show(
    @IdParam('contract', 'ctr') contract: ContractId,
    @IdParam('rid', 'rid') account: AccountId,
    @SchemaBody(shownProofBody) body: ShownProof,
    @Command() command: CommandContext,
  ): Promise<Proof> {
    return orThrow(await this.proofs.show({ contract, account }, body, command));
  }

  @Post('accounts/:rid/report')
  @HttpCode(200)
  async report(
    @IdParam('contract', 'ctr') contract: ContractId,
    @IdParam('rid', 'rid') account: AccountId,
    @SchemaBody(reportBody) { device }: { readonly device: DeviceId },
    @Command() command: CommandContext,
  ): Promise<DeviceNotice> {
    // As the notice of the device went out: whoever took the ID over has an address of their own by then.
    const addresses = await this.links.addressesFor({ contract, account }, device);
    orThrow(await this.accounts.carryOut({ contract, account }, command, { type: 'ReportDevice', device }));
    return { addresses };
  }

  /** Found or not, the same work is done: the contract's digest, and one account's stream. */
  @Post('own-page')
  @HttpCode(200)
  async ownPage(
    @IdParam('contract', 'ctr') contract: ContractId,
    @SchemaBody(ownPageBody) { externalId }: { readonly externalId: string },
  ): Promise<OwnPageAddress> {
    const identity = (await this.identities.find(contract, [externalId])).get(externalId);
    const loaded = identity && (await this.accounts.load(identity));
    if (loaded === undefined || loaded.state.status !== 'registered') return {};
    const email = confirmedAddress(loaded.state.enrolments.links);
    return email === undefined ? {} : { account: loaded.id, email };
  }

  @Get('accounts/:rid/devices/:device/notice')
  async notice(
    @IdParam('contract', 'ctr') contract: ContractId,
    @IdParam('rid', 'rid') account: AccountId,
    @IdParam('device', 'dev') device: DeviceId,
  ): Promise<DeviceNotice> {
    return { addresses: await this.links.addressesFor({ contract, account }, device) };
  }
}
