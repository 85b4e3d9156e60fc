import {
  confirmedAddress,
  type AccountIds,
  type EnrolmentLink,
  type OpenEnrolmentLink,
  type RevokeEnrolmentLink,
} from '@smartkey/device-registry-domain';
import type { CommandContext } from '@smartkey/event-store';
import { newId } from '@smartkey/identity';
import {
  defined,
  notFound,
  ok,
  type Clock,
  type DeviceId,
  type EnrolmentLinkId,
  type Asked,
} from '@smartkey/kernel';
import type { IssuedLink, IssueLink, RecordedLink, RecordedLinks } from '@smartkey/messages';
import type { Accounts } from '../accounts/accounts.ts';
import type { AnsweredOf, DoneOrRefused } from '../log/account-handler.ts';
import type { DeviceRegistrySettings } from '../settings/device-registry.settings.ts';
import type { UserSecrets } from './user-secrets.ts';

const recordedLink = ({
  reason,
  link,
  status,
  channel,
  email,
  issuedAt,
  expiresAt,
}: EnrolmentLink): RecordedLink =>
  defined({ link, status, channel, email, issuedAt, expiresAt, identitySeen: reason !== undefined });

/** The life of the links by which users enrol: the rules and the log are here, the token's hash and the browser's session at the gateway. */
export class RecordedEnrolmentLinks {
  constructor(
    private readonly accounts: Accounts,
    private readonly secrets: UserSecrets,
    private readonly clock: Clock,
    private readonly settings: DeviceRegistrySettings,
  ) {}

  /** @throws PeerUnavailableError */
  async issue(
    owner: AccountIds,
    { number, ...asked }: IssueLink,
    context: CommandContext,
  ): DoneOrRefused<AnsweredOf<IssuedLink>> {
    const link = newId('lnk', this.clock.now());
    const done = await this.accounts.carryOut(owner, context, {
      ...asked,
      type: 'IssueEnrolmentLink',
      link,
      numberDigest: number && this.secrets.digest('link-number', owner.account, number),
      maxDevices: this.settings.maxDevices,
    });
    if (!done.ok) return done;
    const { handled } = done.value;
    // A repeat finds the link that the first run gave.
    const issued = handled.events.find((event) => event.type === 'EnrolmentLinkIssued');
    if (issued === undefined) throw new Error('a link was issued without its event');
    return ok({ handled, value: { link: issued.data.link, expiresAt: issued.data.expiresAt } });
  }

  /** The latest first; `undefined` where the contract has no such account. */
  async list(owner: AccountIds): Promise<RecordedLinks | undefined> {
    const loaded = await this.accounts.load(owner);
    if (loaded === undefined) return undefined;
    const { links = [], stopped = false } = loaded.state.enrolments;
    return { links: links.map(recordedLink).reverse(), stopped };
  }

  async open(
    owner: AccountIds,
    link: EnrolmentLinkId,
    context: CommandContext,
  ): DoneOrRefused<AnsweredOf<RecordedLink>> {
    return this.#shown(owner, context, { type: 'OpenEnrolmentLink', link });
  }

  async revoke(
    owner: AccountIds,
    link: EnrolmentLinkId,
    context: CommandContext,
  ): DoneOrRefused<AnsweredOf<RecordedLink>> {
    return this.#shown(owner, context, { type: 'RevokeEnrolmentLink', link });
  }

  /** Whom to tell of a device: the address that was confirmed before it came, and the one by which it came. */
  async addressesFor(owner: AccountIds, device: DeviceId): Promise<readonly string[]> {
    const loaded = await this.accounts.load(owner);
    if (loaded === undefined) return [];
    const { links = [] } = loaded.state.enrolments;
    const its = links.findIndex((one) => one.device === device);
    const addresses = [
      confirmedAddress(its === -1 ? links : links.slice(0, its)),
      its === -1 ? undefined : links[its]?.email,
    ];
    return [...new Set(addresses.filter((each) => each !== undefined))];
  }

  async #shown(
    owner: AccountIds,
    context: CommandContext,
    asked: Asked<OpenEnrolmentLink | RevokeEnrolmentLink>,
  ): DoneOrRefused<AnsweredOf<RecordedLink>> {
    const done = await this.accounts.carryOut(owner, context, asked);
    if (!done.ok) return done;
    const { handled } = done.value;
    const found = handled.state.enrolments.links?.find((one) => one.link === asked.link);
    return found === undefined
      ? notFound('not-found', 'There is no such link.')
      : ok({ handled, value: recordedLink(found) });
  }
}
