import { monthOf, type ServiceMonth } from '@smartkey/calendar';
import type { ContractId, Instant } from '@smartkey/kernel';
import { openReadable, type SubjectKeys } from '@smartkey/secrets';
import type { AttemptOrigin } from './attempt.ts';
import type { AddressIndex } from './client-address.ts';

/** `client_ref`, `address`, `address_digest`, `network_digest` of a row. */
export type OriginColumns = readonly [string | null, string | null, Uint8Array | null, Uint8Array | null];

const NOTHING_SAID: OriginColumns = [null, null, null, null];

/** What a sealed reference begins with: no caller's own has it. */
const SEALED_REF = '~';

/** A sealed text of a row: an address, or a reference of the caller. */
export interface SealedWord {
  readonly contract: ContractId;
  readonly at: Instant;
  readonly sealed: string;
}

const subjectsOf = (month: ServiceMonth): string => `attempts/${month}/`;
const subjectOf = (contract: ContractId, at: Instant): string => subjectsOf(monthOf(at)) + contract;

/** Seals addresses and what callers call an attempt, under a key of each contract and service month, which goes with the month. */
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
      readonly origin: Pick<AttemptOrigin, 'clientRef' | 'clientAddress'>;
    }[],
  ): Promise<readonly OriginColumns[]> {
    const known = attempts.flatMap(({ contract, at, origin: { clientRef, clientAddress } }) => {
      const texts = [clientRef, clientAddress?.text].filter((text) => text !== undefined);
      return texts.length === 0 ? [] : [{ subject: subjectOf(contract, at), texts }];
    });
    if (known.length === 0) return attempts.map(() => NOTHING_SAID);
    const sealed = (await this.keys.sealMany(known)).flat()[Symbol.iterator]();
    const next = (): string => sealed.next().value as string;
    return attempts.map(({ contract, origin: { clientRef, clientAddress } }) => {
      const ref = clientRef === undefined ? null : SEALED_REF + next();
      if (clientAddress === undefined) return [ref, null, null, null];
      const address = next();
      const digests = this.index.digestsOf(contract, clientAddress);
      return [ref, address, digests.address, digests.network];
    });
  }

  /** References of callers in their order; those from before they were sealed are as they are. */
  async openRefs(refs: readonly SealedWord[]): Promise<readonly (string | undefined)[]> {
    const sealed = refs.filter((ref) => ref.sealed.startsWith(SEALED_REF));
    const opened = (await this.open(sealed.map((ref) => ({ ...ref, sealed: ref.sealed.slice(1) }))))[
      Symbol.iterator
    ]();
    return refs.map((ref) =>
      ref.sealed.startsWith(SEALED_REF) ? (opened.next().value as string | undefined) : ref.sealed,
    );
  }

  /** The addresses in their order. */
  async open(addresses: readonly SealedWord[]): Promise<readonly (string | undefined)[]> {
    const requests = addresses.map(({ contract, at, sealed }) => ({
      subject: subjectOf(contract, at),
      sealed: [sealed],
    }));
    return (await openReadable(this.keys, requests)).map(([text]) => text);
  }

  /** Destroys the keys of a month: what was sealed under them opens nowhere any more. */
  forget(month: ServiceMonth): Promise<void> {
    return this.keys.forget(subjectsOf(month));
  }
}
