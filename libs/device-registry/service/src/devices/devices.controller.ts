import type { AccountId, ContractId, DeviceId, EnrolmentId, Asked } from '@smartkey/kernel';
import { Body, Controller, Header, Inject } from '@nestjs/common';
import type { AccountIds, DeviceCommand } from '@smartkey/device-registry-domain';
import {
  ApiTags,
  Command,
  notFoundProblem,
  Route,
  orThrow,
  written,
  type CommandContext,
  type Page,
  type Written,
  IdParam,
  inContract,
  orNotFound,
} from '@smartkey/http';
import { Accounts } from '../accounts/accounts.ts';
import { writtenAt } from '../accounts/written-at.ts';
import type { ConfirmedDevice, StartedEnrolment } from '../enrolments/enrolment-view.ts';
import { ConfirmationForm, EnrolmentFields } from '../enrolments/enrolment.forms.ts';
import { Enrolments } from '../enrolments/enrolments.ts';
import { OwnedIds } from '../identity/owned-ids.ts';
import { SETTINGS, type DeviceRegistrySettings } from '../settings/device-registry.settings.ts';
import { deviceView, type DeviceView } from './device-view.ts';

const BY = ['operator', 'contractor'] as const;

/** Enrolments and devices: the steps that a person with a phone goes through (第5条1項). */
@ApiTags('device registry')
@Controller('v1')
export class DevicesController {
  constructor(
    private readonly accounts: Accounts,
    private readonly enrolments: Enrolments,
    private readonly ownedIds: OwnedIds,
    @Inject(SETTINGS) private readonly settings: DeviceRegistrySettings,
  ) {}

  @Header('cache-control', 'no-store')
  @Route('POST contracts/:id/ids/:rid/enrolments', {
    summary: 'Begins the enrolment of a device: the secret, in this answer only',
    description: 'One at a time: it supersedes the enrolment of the ID that waits.',
    roles: BY,
    right: 'ids',
    stepUp: true,
    contract: 'id',
    body: EnrolmentFields,
    bodyOptional: true,
    status: 201,
    write: true,
    secret: true,
    errors: {
      404: 'There is no such ID.',
      409: 'The ID is suspended or not registered, or has too many devices.',
    },
  })
  async enrol(
    @IdParam('id', 'ctr') contract: ContractId,
    @IdParam('rid', 'rid') account: AccountId,
    @Body() form: EnrolmentFields,
    @Command() command: CommandContext,
  ): Promise<Written<StartedEnrolment>> {
    const { value, handled } = orThrow(await this.enrolments.start({ contract, account }, form, command));
    return written(value, writtenAt(handled));
  }

  @Route('POST enrolments/:eid/confirmation', {
    summary: 'Confirms an enrolment by a code of the device; the code is used up',
    roles: BY,
    right: 'ids',
    body: ConfirmationForm,
    write: true,
    errors: {
      404: 'There is no such enrolment.',
      409: 'Confirmed already, or the ID is suspended.',
      410: 'Expired, superseded, or out of tries.',
      422: 'The code is wrong.',
    },
  })
  async confirm(
    @IdParam('eid', 'enr') enrolment: EnrolmentId,
    @Body() { code }: ConfirmationForm,
    @Command() command: CommandContext,
  ): Promise<Written<ConfirmedDevice>> {
    const owner = await this.#ownerOf(enrolment, command);
    const { value, handled } = orThrow(await this.enrolments.confirm(owner, enrolment, code, command));
    return written(value, writtenAt(handled));
  }

  @Route('GET contracts/:id/ids/:rid/devices', {
    summary: 'Lists the devices of an ID',
    ...inContract('read'),
    errors: { 404: 'There is no such ID.' },
  })
  async list(
    @IdParam('id', 'ctr') contract: ContractId,
    @IdParam('rid', 'rid') account: AccountId,
  ): Promise<Page<DeviceView>> {
    const { state } = orNotFound(await this.accounts.load({ contract, account }));
    return { items: state.devices.map((device) => deviceView(account, device)), nextCursor: null };
  }

  @Route('POST devices/:did/suspend', {
    summary: 'Suspends a device: its codes are refused',
    roles: BY,
    right: 'ids',
    write: true,
    errors: { 404: 'There is no such device.', 409: 'It is revoked.' },
  })
  suspend(
    @IdParam('did', 'dev') device: DeviceId,
    @Command() command: CommandContext,
  ): Promise<Written<DeviceView>> {
    return this.#change(command, { type: 'SuspendDevice', device });
  }

  @Route('POST devices/:did/resume', {
    summary: 'Resumes a suspended device',
    roles: BY,
    right: 'ids',
    write: true,
    errors: { 404: 'There is no such device.', 409: 'It is revoked, or the ID has too many devices.' },
  })
  resume(
    @IdParam('did', 'dev') device: DeviceId,
    @Command() command: CommandContext,
  ): Promise<Written<DeviceView>> {
    const { maxDevices } = this.settings;
    return this.#change(command, { type: 'ResumeDevice', device, maxDevices });
  }

  @Route('POST devices/:did/revoke', {
    summary: 'Revokes a device for good; its secret is erased',
    roles: BY,
    right: 'ids',
    write: true,
    errors: { 404: 'There is no such device.' },
  })
  revoke(
    @IdParam('did', 'dev') device: DeviceId,
    @Command() command: CommandContext,
  ): Promise<Written<DeviceView>> {
    return this.#change(command, { type: 'RevokeDevice', device });
  }

  @Header('cache-control', 'no-store')
  @Route('POST devices/:did/replace', {
    summary: 'Begins the enrolment of a device in the place of this one, which stays valid until then',
    roles: BY,
    right: 'ids',
    stepUp: true,
    body: EnrolmentFields,
    bodyOptional: true,
    status: 201,
    write: true,
    secret: true,
    errors: { 404: 'There is no such device.', 409: 'It is revoked, or the ID is suspended.' },
  })
  async replace(
    @IdParam('did', 'dev') device: DeviceId,
    @Body() form: EnrolmentFields,
    @Command() command: CommandContext,
  ): Promise<Written<StartedEnrolment>> {
    const owner = await this.#ownerOf(device, command);
    const { value, handled } = orThrow(
      await this.enrolments.start(owner, form, command, { replaces: device }),
    );
    return written(value, writtenAt(handled));
  }

  /** Foreign and unknown are one answer. */
  async #ownerOf(id: string, { actor }: CommandContext): Promise<AccountIds> {
    const owner = await this.ownedIds.ownerOf(id);
    if (owner === undefined || (actor.contract !== undefined && actor.contract !== owner.contract))
      throw notFoundProblem();
    return owner;
  }

  async #change(command: CommandContext, asked: Asked<DeviceCommand>): Promise<Written<DeviceView>> {
    const { device } = asked;
    const owner = await this.#ownerOf(device, command);
    const { handled, propagation } = orThrow(await this.accounts.carryOut(owner, command, asked));
    const { account } = owner;
    const changed = handled.state.devices.find((one) => one.device === device);
    if (changed === undefined) throw new Error(`${device} took a command and is no device of ${account}`);
    return written({ ...deviceView(account, changed), propagation }, writtenAt(handled));
  }
}
