import type { AccountId, ContractId, DeviceId, EnrolmentLinkId } from '@smartkey/kernel';
import type { CommandContext } from '@smartkey/http';
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
import { AskedService } from '../forwarding/asked-service.ts';
import type { OwnerPort } from '../forwarding/owner-request.ts';

interface Ids {
  readonly contract: ContractId;
  readonly account: AccountId;
}

/** The registry as the gateway asks it for users. What it refuses is refused to the caller in the same words. */
export class UserRegistry {
  private readonly registry: AskedService;

  constructor(registry: OwnerPort, token: string) {
    this.registry = new AskedService(registry, token);
  }

  issue(of: Ids, body: IssueLink, command: CommandContext): Promise<IssuedLink> {
    return this.#post(`${pathOf(of)}/enrolment-links`, body, command);
  }

  async links(of: Ids): Promise<RecordedLinks> {
    return this.registry.answerOrRefusal({ path: `${pathOf(of)}/enrolment-links` });
  }

  open(of: Ids, link: EnrolmentLinkId, command: CommandContext): Promise<RecordedLink> {
    return this.#post(`${pathOf(of)}/enrolment-links/${link}/open`, {}, command);
  }

  revoke(of: Ids, link: EnrolmentLinkId, command: CommandContext): Promise<RecordedLink> {
    return this.#post(`${pathOf(of)}/enrolment-links/${link}/revoke`, {}, command);
  }

  prove(of: Ids, proof: ShownProof, command: CommandContext): Promise<Proof> {
    return this.#post(`${pathOf(of)}/proof`, proof, command);
  }

  report(of: Ids, device: DeviceId, command: CommandContext): Promise<DeviceNotice> {
    return this.#post(`${pathOf(of)}/report`, { device }, command);
  }

  notice(of: Ids, device: DeviceId): Promise<DeviceNotice> {
    return this.registry.answerOrRefusal({ path: `${pathOf(of)}/devices/${device}/notice` });
  }

  ownPage(contract: ContractId, externalId: string): Promise<OwnPageAddress> {
    const path = `/internal/contracts/${contract}/own-page`;
    return this.registry.answerOrRefusal({ path, body: { externalId } });
  }

  #post<T>(path: string, body: object, { commandId, actor, repeatable }: CommandContext): Promise<T> {
    return this.registry.answerOrRefusal({ path, body, commandId, actor, repeatable: repeatable === true });
  }
}

const pathOf = ({ contract, account }: Ids): string => `/internal/contracts/${contract}/accounts/${account}`;
