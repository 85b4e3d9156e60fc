import { jstDayOf } from '@smartkey/calendar';
import { newId } from '@smartkey/identity';
import type { Instant, AccountId, ContractId } from '@smartkey/kernel';
import {
  foldAccountFacts,
  foldContractFacts,
  noAccountFacts,
  noContractFacts,
  type AccountFacts,
  type AccountMessage,
  type ContractFacts,
} from '@smartkey/facts';
import type { ContractMessages, DeviceRegistryMessages, ToldFacts } from '@smartkey/messages';
import { PeerUnavailableError, type Peers } from '@smartkey/runtime';
import { externalIdDigest } from '@smartkey/secrets';

export type Told = ToldFacts['messages'][number];

interface Stream<Facts> {
  facts: Facts;
  readonly messages: Told[];
}

/**
 * The contract service and the registry, as far as authentication sees them: streams of messages, folded by the published folds,
 * and the routes that facts are asked for by.
 */
export class FakeOwners implements Peers {
  readonly lookupKey = new Uint8Array(32).fill(7);
  readonly asked: string[] = [];
  down = false;
  readonly #contracts = new Map<ContractId, Stream<ContractFacts>>();
  readonly #externalIds = new Map<AccountId, string>();
  readonly #accounts = new Map<AccountId, Stream<AccountFacts>>();

  /** An accepted contract. */
  contract(at: Instant): ContractId {
    const contract = newId('ctr', at);
    const recipient = { name: 'Acme' };
    const acceptedOn = jstDayOf(at);
    this.saysOfContract(contract, 'ContractApplied', { plan: 'service-provider', recipient });
    this.saysOfContract(contract, 'ContractAccepted', {
      plan: 'service-provider',
      acceptedOn,
      termsVersion: '2018-01-01',
      recipient,
    });
    return contract;
  }

  /** A registered ID of it; registered again, the same one. */
  register(contract: ContractId, externalId: string, at: Instant): AccountId {
    const digest = externalIdDigest(this.lookupKey, contract, externalId);
    const account = this.#byDigest(contract, digest)?.account ?? newId('rid', at);
    this.#externalIds.set(account, externalId);
    const spell = this.facts(account).spells.length + 1;
    const data = { account, spell, registeredOn: jstDayOf(at) };
    this.saysOfAccount(account, 'IdRegistered', data, contract);
    return account;
  }

  /** Appends to the contract's stream. @returns the message, to be told or not. */
  saysOfContract<T extends keyof ContractMessages>(
    contract: ContractId,
    type: T,
    data: ContractMessages[T],
  ): Told {
    const stream = this.#contracts.get(contract) ?? { facts: noContractFacts(contract), messages: [] };
    this.#contracts.set(contract, stream);
    const revision = stream.messages.length;
    const message: Told = { stream: `contract-${contract}`, type, revision, contract, data };
    stream.messages.push(message);
    stream.facts = foldContractFacts(stream.facts, message);
    return message;
  }

  /** Appends to the account's stream. @returns the message, to be told or not. */
  saysOfAccount<T extends keyof DeviceRegistryMessages>(
    account: AccountId,
    type: T,
    data: DeviceRegistryMessages[T],
    contract = this.facts(account).contract!,
  ): Told {
    const stream = this.#accounts.get(account) ?? { facts: noAccountFacts(account), messages: [] };
    this.#accounts.set(account, stream);
    const revision = stream.messages.length;
    const message: Told = { stream: `account-${account}`, type, revision, contract, data };
    stream.messages.push(message);
    stream.facts = foldAccountFacts(stream.facts, message as AccountMessage);
    return message;
  }

  /** As after an older copy of the registry was put back: of an account's stream only so many messages are there; none, no account. */
  losesAllBut(account: AccountId, kept: number): void {
    const messages = this.#accounts.get(account)!.messages.slice(0, kept);
    this.#accounts.delete(account);
    if (kept === 0) return;
    const facts = messages.reduce(
      (before, message) => foldAccountFacts(before, message as AccountMessage),
      noAccountFacts(account),
    );
    this.#accounts.set(account, { facts, messages });
  }

  forgetsContract(contract: ContractId): void {
    this.#contracts.delete(contract);
  }

  facts(account: AccountId): AccountFacts {
    return this.#accounts.get(account)?.facts ?? noAccountFacts(account);
  }

  call(
    service: string,
    request: { readonly path: string; readonly body?: unknown },
  ): Promise<{ readonly status: number; readonly body: unknown }> {
    if (this.down) return Promise.reject(new PeerUnavailableError(service as 'contract', 'it is down'));
    this.asked.push(request.path);
    if (request.path === '/internal/accounts/external-ids') {
      const { accounts } = request.body as { readonly accounts: readonly AccountId[] };
      const named = accounts.filter((account) => this.#externalIds.has(account));
      const externalIds = Object.fromEntries(
        named.map((account) => [account, this.#externalIds.get(account)]),
      );
      return Promise.resolve({ status: 200, body: { externalIds } });
    }
    if (request.path === '/internal/accounts/lookup-digests') {
      const { accounts } = request.body as { readonly accounts: readonly AccountId[] };
      const found = accounts.map((account) => [account, this.#digestOf(this.facts(account))]);
      return Promise.resolve({
        status: 200,
        body: JSON.parse(JSON.stringify({ digests: Object.fromEntries(found) as object })) as unknown,
      });
    }
    const facts = this.#answer(request.path.replace(/\?.*$/, ''));
    if (request.path.includes('/accounts/')) {
      const known = Number(/\?known=(-?\d+)$/.exec(request.path)![1]);
      const newer =
        facts !== undefined && facts.revision > known
          ? { ...facts, externalIdDigest: this.#digestOf(facts as AccountFacts) }
          : null;
      return Promise.resolve({ status: 200, body: JSON.parse(JSON.stringify({ newer })) as unknown });
    }
    return Promise.resolve({
      status: facts === undefined ? 404 : 200,
      body: JSON.parse(JSON.stringify(facts ?? { code: 'not-found' })) as unknown,
    });
  }

  #answer(path: string): ContractFacts | AccountFacts | undefined {
    const byDigest = /^\/internal\/contracts\/([^/]+)\/accounts\/by-digest\/([^/]+)\/facts$/.exec(path);
    if (byDigest !== null) return this.#byDigest(byDigest[1] as ContractId, byDigest[2]!);
    const [, contract, account] =
      /^\/internal\/contracts\/([^/]+)(?:\/accounts\/([^/]+))?\/facts$/.exec(path) ?? [];
    if (contract === undefined) throw new Error(`no such route: ${path}`);
    if (account === undefined) return this.#contracts.get(contract as ContractId)?.facts;
    const facts = this.#accounts.get(account as AccountId)?.facts;
    return facts?.contract === contract ? facts : undefined;
  }

  /** Until the personal data were erased. */
  #digestOf({ account, contract, erased }: AccountFacts): string | undefined {
    const externalId = this.#externalIds.get(account);
    return externalId === undefined || erased === true
      ? undefined
      : externalIdDigest(this.lookupKey, contract!, externalId);
  }

  #byDigest(contract: ContractId, digest: string): AccountFacts | undefined {
    const all = [...this.#accounts.values()].map(({ facts }) => facts);
    return all.find((facts) => facts.contract === contract && this.#digestOf(facts) === digest);
  }
}
