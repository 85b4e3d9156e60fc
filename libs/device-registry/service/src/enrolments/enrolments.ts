import { enrolmentToConfirm, type AccountIds } from '@smartkey/device-registry-domain';
import type { CommandContext } from '@smartkey/event-store';
import { newId } from '@smartkey/identity';
import {
  conflict,
  gone,
  invalid,
  notFound,
  ok,
  type Clock,
  type Rejection,
  type Result,
  type EnrolmentId,
  type DeviceId,
  type EnrolmentLinkId,
} from '@smartkey/kernel';
import type { Accounts, StandingAccount } from '../accounts/accounts.ts';
import type { ContractEnds } from '../contract-ends/contract-ends.ts';
import type { OwnedIds } from '../identity/owned-ids.ts';
import type { AnsweredOf, DoneOrRefused, HandledAccount, LoadedAccount } from '../log/account-handler.ts';
import type { AuthenticationClient } from '../propagation/authentication.client.ts';
import type { DeviceRegistrySettings } from '../settings/device-registry.settings.ts';
import type { ConfirmedDevice, StartedEnrolment } from './enrolment-view.ts';
import type { EnrolmentFields } from './enrolment.forms.ts';
import { otpauthUri, qrSvgOf } from './otpauth.ts';

/** Enrolment (第5条1項): the registry decides, authentication makes and checks the secret. */
export class Enrolments {
  constructor(
    private readonly accounts: Accounts,
    private readonly ends: ContractEnds,
    private readonly ownedIds: OwnedIds,
    private readonly authentication: AuthenticationClient,
    private readonly clock: Clock,
    private readonly settings: DeviceRegistrySettings,
  ) {}

  /**
   * @param by `replaces`: the device whose place the new one takes; `link`: the one by which the user begins it.
   * @throws PeerUnavailableError
   */
  async start(
    owner: AccountIds,
    form: EnrolmentFields,
    context: CommandContext,
    {
      replaces,
      link,
    }: { readonly replaces?: DeviceId | undefined; readonly link?: EnrolmentLinkId | undefined } = {},
  ): DoneOrRefused<AnsweredOf<StartedEnrolment>> {
    const now = this.clock.now();
    const [enrolment, device] = [newId('enr', now), newId('dev', now)];
    const standing = await this.accounts.load(owner);
    if (standing === undefined) return notFound('not-found', 'There is no such ID.');
    await this.ownedIds.put([enrolment, device], owner);
    const done = await this.accounts.carryOutOn(standing, context, {
      ...form,
      type: 'StartEnrolment',
      enrolment,
      device,
      replaces,
      link,
      maxDevices: this.settings.maxDevices,
    });
    return done.ok ? this.#withSecret(done.value.handled, context) : done;
  }

  async #withSecret(
    handled: HandledAccount,
    context: CommandContext,
  ): DoneOrRefused<AnsweredOf<StartedEnrolment>> {
    const { state, revision } = handled;
    // A repeat finds the ids that the first run gave.
    const started = handled.events.find((event) => event.type === 'EnrolmentStarted');
    if (started === undefined) {
      if (handled.events.some((event) => event.type === 'EnrolmentLinkEnded')) return linkExhausted;
      throw new Error('an enrolment began without its event');
    }
    const { account, contract, enrolment, device, digits, period, algorithm, expiresAt } = started.data;
    const totp = { digits, period, algorithm };
    const secretBase32 = await this.authentication.secretFor(
      {
        account,
        contract,
        enrolment,
        device,
        ...totp,
        expiresAt,
        accountRevision: revision,
      },
      context.commandId,
    );
    if (secretBase32 === undefined)
      return conflict(
        'secret-given-before',
        'The enrolment is over, and its secret is not told again. Start a new one.',
      );
    const uri = otpauthUri(this.settings.issuer, state.externalId, secretBase32, totp);
    return ok({
      handled,
      value: {
        id: enrolment,
        deviceId: device,
        otpauthUri: uri,
        secretBase32,
        qrSvg: await qrSvgOf(uri),
        expiresAt,
      },
    });
  }

  /** Safe to repeat: what authentication confirmed before a crash is recorded by the next try. @throws PeerUnavailableError */
  async confirm(
    owner: AccountIds,
    enrolment: EnrolmentId,
    code: string,
    context: CommandContext,
  ): DoneOrRefused<AnsweredOf<ConfirmedDevice>> {
    const loaded = await this.accounts.load(owner);
    if (loaded === undefined) return notFound('not-found', 'There is no such enrolment.');
    const former = this.#formerAnswer(loaded, enrolment, context);
    if (former !== undefined) return former;
    const now = this.clock.now();
    const waiting = enrolmentToConfirm(
      await this.ends.deregisterIfEnded(loaded, now, loaded),
      enrolment,
      now,
    );
    if (!waiting.ok) return waiting;
    const answer = await this.authentication.confirm(
      waiting.value.device,
      { enrolment, code },
      context.commandId,
    );
    if (answer === undefined)
      return gone('enrolment-without-secret', 'The enrolment is over; start a new one.');
    // Confirmed already while it waits here: our record of that was lost in a crash, and is made now.
    return answer.confirmed || answer.reason === 'already_confirmed'
      ? this.#confirmed(loaded, enrolment, context)
      : this.#refused(loaded, enrolment, answer, context);
  }

  async #confirmed(
    standing: StandingAccount,
    enrolment: EnrolmentId,
    context: CommandContext,
  ): DoneOrRefused<AnsweredOf<ConfirmedDevice>> {
    const done = await this.accounts.carryOutOn(standing, context, { type: 'ConfirmEnrolment', enrolment });
    if (!done.ok) return done;
    const { handled } = done.value;
    const enrolled = handled.events.find((event) => event.type === 'DeviceEnrolled');
    if (enrolled === undefined) return conflict('already-confirmed', 'The enrolment was confirmed already.');
    return ok({ handled, value: { deviceId: enrolled.data.device, status: 'active' } });
  }

  async #refused(
    standing: StandingAccount,
    enrolment: EnrolmentId,
    answer: { readonly reason: string; readonly remainingTries: number },
    context: CommandContext,
  ): Promise<Result<never, Rejection>> {
    if (answer.reason === 'expired')
      return gone('enrolment-expired', 'The enrolment is over; start a new one.');
    const refused = await this.accounts.carryOutOn(standing, context, {
      type: 'RefuseEnrolmentCode',
      enrolment,
      triesLeft: answer.remainingTries,
    });
    if (!refused.ok) return refused;
    return answer.reason === 'too_many_tries'
      ? gone('enrolment-too-many-tries', 'The enrolment is over; start a new one.')
      : wrongCode(answer.remainingTries);
  }

  /** What a former run of the same command answered, where it got as far as an event. */
  #formerAnswer(
    { id, state, revision, position, events }: LoadedAccount,
    enrolment: EnrolmentId,
    { commandId, repeatable }: CommandContext,
  ): Result<AnsweredOf<ConfirmedDevice>, Rejection> | undefined {
    if (repeatable !== true) return undefined;
    const its = events.filter((event) => event.metadata.commandId === commandId);
    for (const event of its) {
      if (event.type === 'EnrolmentCodeRefused' && event.data.enrolment === enrolment)
        return wrongCode(event.data.triesLeft);
      if (event.type === 'DeviceEnrolled' && event.data.enrolment === enrolment)
        return ok({
          value: { deviceId: event.data.device, status: 'active' },
          handled: { id, state, revision, position, events: its, repeated: true },
        });
    }
    return undefined;
  }
}

/** It was shown as often as a link shows it. */
const linkExhausted = gone('link-over', 'This link is over or was used. Ask for another one.');

const wrongCode = (triesLeft: number): Result<never, Rejection> =>
  invalid(
    'enrolment-code-wrong',
    triesLeft === 0
      ? 'The code is wrong, and no try is left: start a new enrolment.'
      : `The code is wrong; tries left: ${triesLeft}.`,
    { rule: 'RFC 6238', pointer: '/code' },
  );
