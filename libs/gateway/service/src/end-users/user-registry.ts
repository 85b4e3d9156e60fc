import type { Actor, AccountId, ContractId, DeviceId, EnrolmentLinkId } from '@smartkey/kernel';
import {
  internalHeaders,
  ProblemException,
  unavailable,
  type CommandContext,
  type FieldError,
} from '@smartkey/http';
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
import { readWhole } from '../front/answer.ts';
import type { OwnerPort } from '../forwarding/owner-request.ts';

/** Longest answer that is read. */
const LIMIT = 4 * 1024 * 1024;

interface Ids {
  readonly contract: ContractId;
  readonly account: AccountId;
}

/** The registry as the gateway asks it for users. What it refuses is refused to the caller in the same words. */
export class UserRegistry {
  constructor(
    private readonly registry: OwnerPort,
    private readonly token: string,
  ) {}

  issue(of: Ids, body: IssueLink, command: CommandContext): Promise<IssuedLink> {
    return this.#post(`${pathOf(of)}/enrolment-links`, body, command);
  }

  async links(of: Ids): Promise<RecordedLinks> {
    return this.#ask('GET', `${pathOf(of)}/enrolment-links`);
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
    return this.#ask('GET', `${pathOf(of)}/devices/${device}/notice`);
  }

  ownPage(contract: ContractId, externalId: string): Promise<OwnPageAddress> {
    return this.#ask('POST', `/internal/contracts/${contract}/own-page`, { externalId });
  }

  #post<T>(path: string, body: object, { commandId, actor, repeatable }: CommandContext): Promise<T> {
    return this.#ask('POST', path, body, { commandId, actor, repeatable: repeatable === true });
  }

  /** @throws ProblemException as the registry refuses, 503 where it does not answer. */
  async #ask<T>(
    method: 'GET' | 'POST',
    target: string,
    body?: object,
    command?: { readonly commandId: string; readonly actor: Actor; readonly repeatable: boolean },
  ): Promise<T> {
    const answer = await this.registry.send({
      method,
      target,
      headers: {
        ...internalHeaders({ token: this.token, ...command }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: Buffer.from(JSON.stringify(body)) }),
    });
    const bytes = await readWhole(answer.body, LIMIT);
    if (bytes === undefined || answer.status >= 500) throw unavailable();
    const told: unknown = bytes.length === 0 ? {} : JSON.parse(bytes.toString());
    if (answer.status < 300) return told as T;
    const { code, detail, errors, rule } = told as Refused;
    throw new ProblemException(answer.status, code, detail, {
      ...(errors !== undefined && { errors }),
      ...(rule !== undefined && { rule }),
    });
  }
}

interface Refused {
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly FieldError[];
  readonly rule?: string;
}

const pathOf = ({ contract, account }: Ids): string => `/internal/contracts/${contract}/accounts/${account}`;
