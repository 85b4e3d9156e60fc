import { monthOf, type ServiceMonth } from '@smartkey/calendar';
import type { IpAddress } from '@smartkey/http';
import type { ContractId, Instant } from '@smartkey/kernel';
import type { SubjectKeys } from '@smartkey/secrets';
import type { AddressIndex } from './client-address.ts';

/** `address`, `address_digest`, `network_digest` of a row. */
export type AddressColumns = readonly [string | null, Uint8Array | null, Uint8Array | null];

const NO_ADDRESS: AddressColumns = [null, null, null];

export interface SealedAddress {
  readonly contract: ContractId;
  readonly at: Instant;
  readonly sealed: string;
}

const subjectsOf = (month: ServiceMonth): string => `attempts/${month}/`;
const subjectOf = (contract: ContractId, at: Instant): string => subjectsOf(monthOf(at)) + contract;

/** Seals addresses under a key of each contract and service month, which goes with the month. */
export class AttemptSeals {
  constructor(
    private readonly keys: SubjectKeys,
    private readonly index: AddressIndex,
  ) {}

  /** Queries the database for keys that are not at hand: never inside a transaction. */
  async columnsOf(
    attempts: readonly {
      readonly contract: ContractId;
      readonly at: Instant;
      readonly address: IpAddress | undefined;
    }[],
  ): Promise<readonly AddressColumns[]> {
    const known = attempts.flatMap(({ contract, at, address }) =>
      address === undefined ? [] : [{ subject: subjectOf(contract, at), texts: [address.text] }],
    );
    if (known.length === 0) return attempts.map(() => NO_ADDRESS);
    const sealed = (await this.keys.sealMany(known))[Symbol.iterator]();
    return attempts.map(({ contract, address }) => {
      if (address === undefined) return NO_ADDRESS;
      const [text] = sealed.next().value as readonly [string];
      const digests = this.index.digestsOf(contract, address);
      return [text, digests.address, digests.network];
    });
  }

  /** The addresses in their order. */
  async open(addresses: readonly SealedAddress[]): Promise<readonly (string | undefined)[]> {
    const requests = addresses.map(({ contract, at, sealed }) => ({
      subject: subjectOf(contract, at),
      sealed: [sealed],
    }));
    return (await this.keys.openMany(requests)).map(([text]) => text);
  }

  /** Destroys the keys of a month: what was sealed under them opens nowhere any more. */
  forget(month: ServiceMonth): Promise<void> {
    return this.keys.forget(subjectsOf(month));
  }
}
