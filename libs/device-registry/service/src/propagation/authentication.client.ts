import type {
  AccountUnlock,
  ConfirmCredential,
  CredentialConfirmation,
  DeviceRegistryMessageType,
  HolderShown,
  IssueCredential,
  IssuedCredential,
  LastAttemptsOf,
  Propagation,
} from '@smartkey/messages';
import type { RecordedEvent, AccountId, DeviceId } from '@smartkey/kernel';
import { PeerUnavailableError, type Peers } from '@smartkey/runtime';
import type { Logger } from 'pino';
import { toldOf } from '../log/publish.ts';

/** Most messages that authentication takes with one call. */
const AT_ONCE = 100;

const STOPS: ReadonlySet<string> = new Set<DeviceRegistryMessageType>([
  'IdSuspended',
  'IdDeregistered',
  'RegistrationVoided',
  'DeviceSuspended',
  'DeviceRevoked',
  // Takes nothing more away; whoever is registered by the same external id next must not meet the former one.
  'PersonalDataErased',
]);

/** What takes away from somebody that they can sign in: it must act before its command is answered. */
export const isStop = ({ type }: Pick<RecordedEvent, 'type'>): boolean => STOPS.has(type);

type Answer = Awaited<ReturnType<Peers['call']>>;

/** What the architecture lets the registry ask of authentication directly. All calls may be repeated. */
export class AuthenticationClient {
  constructor(
    private readonly peers: Peers,
    private readonly log: Logger,
  ) {}

  /**
   * Tells stops, which the bus will bring too, so that they hold at once; `pending` where authentication cannot be reached. Other
   * facts are left to the bus: authentication asks the registry before it refuses anybody for want of one.
   */
  async tell(events: readonly RecordedEvent[]): Promise<Propagation> {
    if (!events.some(isStop)) return 'done';
    const messages = events.map(toldOf);
    try {
      for (let from = 0; from < messages.length; from += AT_ONCE)
        await this.#post('/internal/facts/account', { messages: messages.slice(from, from + AT_ONCE) });
      return 'done';
    } catch (error) {
      if (!(error instanceof PeerUnavailableError)) throw error;
      this.log.warn({ err: error, stream: events[0]?.stream }, 'authentication will hear of this by the bus');
      return 'pending';
    }
  }

  /** The secret of a device to be, in base 32; `undefined` where it is not told again. @throws PeerUnavailableError */
  async secretFor(request: IssueCredential, commandId: string): Promise<string | undefined> {
    const { status, body } = await this.#post('/internal/credentials', request, commandId, [409, 410]);
    return status < 300 ? (body as IssuedCredential).secretBase32 : undefined;
  }

  /**
   * Has a confirming code checked and its step burned. `undefined`: there is no such secret. @throws PeerUnavailableError
   */
  async confirm(
    device: DeviceId,
    request: ConfirmCredential,
    commandId: string,
  ): Promise<CredentialConfirmation | undefined> {
    const path = `/internal/credentials/${encodeURIComponent(device)}/confirmation`;
    const { status, body } = await this.#post(path, request, commandId, [404]);
    return status === 404 ? undefined : (body as CredentialConfirmation);
  }

  /** Whether a code is one of the account's devices': its step is burned, and it is no login. @throws PeerUnavailableError */
  async showHolder(account: AccountId, code: string, commandId: string): Promise<HolderShown> {
    const path = `/internal/accounts/${encodeURIComponent(account)}/holder`;
    return (await this.#post(path, { code }, commandId)).body as HolderShown;
  }

  /** Lifts an account's lock-out. @returns whether there was one. @throws PeerUnavailableError */
  async unlock(account: AccountId, commandId: string): Promise<boolean> {
    const path = `/internal/accounts/${encodeURIComponent(account)}/unlock`;
    const { body } = await this.#post(path, undefined, commandId);
    return (body as AccountUnlock).unlocked;
  }

  /**
   * When accounts last signed in and were last denied; those that authentication has not heard of are missing. `undefined` where it
   * cannot be reached: IDs are shown without.
   */
  async lastAttempts(accounts: readonly AccountId[]): Promise<LastAttemptsOf['accounts'] | undefined> {
    if (accounts.length === 0) return {};
    try {
      const { body } = await this.#post('/internal/accounts/last-attempts', { accounts });
      return (body as LastAttemptsOf).accounts;
    } catch (error) {
      if (!(error instanceof PeerUnavailableError)) throw error;
      this.log.warn({ err: error }, 'IDs are shown without their last attempts');
      return undefined;
    }
  }

  async #post(
    path: string,
    body: unknown,
    commandId?: string,
    also: readonly number[] = [],
  ): Promise<Answer> {
    const answer = await this.peers.call('authentication', {
      method: 'POST',
      path,
      ...(body === undefined ? {} : { body }),
      ...(commandId === undefined ? {} : { commandId }),
    });
    if (answer.status >= 300 && !also.includes(answer.status))
      throw new PeerUnavailableError('authentication', `answered ${answer.status} at ${path}`);
    return answer;
  }
}
