import type { AccountId, DeviceId } from '@smartkey/kernel';
import { HttpCode, Post } from '@nestjs/common';
import { metadataOf } from '@smartkey/event-store';
import {
  CarriesSecret,
  Command,
  InternalController,
  orThrow,
  SchemaBody,
  type CommandContext,
  IdParam,
} from '@smartkey/http';
import type {
  AccountUnlock,
  ConfirmCredential,
  CredentialConfirmation,
  HolderShown,
  IssueCredential,
  IssuedCredential,
} from '@smartkey/messages';
import { CredentialConfirmer } from './confirm-credential.ts';
import { HolderCheck } from '../holder/show-holder.ts';
import { confirmCredentialBody, issueCredentialBody, showHolderBody } from './credential.forms.ts';
import { CredentialIssuer } from './issue-credential.ts';
import { CredentialRotation, type Rotated } from './rotate-credentials.ts';
import { AccountUnlocker } from '../attempts/unlock-account.ts';

/** What the registry asks for; the shapes are those of the published language. */
@InternalController()
export class CredentialsController {
  constructor(
    private readonly issuer: CredentialIssuer,
    private readonly confirmer: CredentialConfirmer,
    private readonly unlocker: AccountUnlocker,
    private readonly holder: HolderCheck,
    private readonly rotation: CredentialRotation,
  ) {}

  @Post('credentials')
  @CarriesSecret()
  async issue(
    @SchemaBody(issueCredentialBody) body: IssueCredential,
    @Command() command: CommandContext,
  ): Promise<IssuedCredential> {
    return orThrow(await this.issuer.issue(body, metadataOf(command, undefined)));
  }

  @Post('credentials/:device/confirmation')
  @HttpCode(200)
  async confirm(
    @IdParam('device', 'dev') device: DeviceId,
    @SchemaBody(confirmCredentialBody) body: ConfirmCredential,
    @Command() command: CommandContext,
  ): Promise<CredentialConfirmation> {
    return orThrow(await this.confirmer.confirm(device, body, metadataOf(command, undefined)));
  }

  @Post('accounts/:account/unlock')
  @HttpCode(200)
  unlock(
    @IdParam('account', 'rid') account: AccountId,
    @Command() command: CommandContext,
  ): Promise<AccountUnlock> {
    return this.unlocker.unlock(account, metadataOf(command, undefined));
  }

  @Post('accounts/:account/holder')
  @HttpCode(200)
  showHolder(
    @IdParam('account', 'rid') account: AccountId,
    @SchemaBody(showHolderBody) { code }: { readonly code: string },
    @Command() command: CommandContext,
  ): Promise<HolderShown> {
    return this.holder.show(account, code, metadataOf(command, undefined));
  }

  /** After a rotation of the data key: seals every secret with the current one. */
  @Post('credentials/reseal')
  @HttpCode(200)
  reseal(): Promise<Rotated> {
    return this.rotation.resealAll();
  }
}
