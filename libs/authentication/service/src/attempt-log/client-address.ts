import { createHmac } from 'node:crypto';
import { maskedTo, parseIpAddress, type IpAddress } from '@smartkey/http';
import type { ContractId } from '@smartkey/kernel';
import { contractKey } from '@smartkey/secrets';

/** The digests that an address is found by: its own, and that of its network (/24 of IPv4, /48 of IPv6). */
export interface AddressDigests {
  readonly address: Uint8Array;
  readonly network: Uint8Array;
}

const NETWORK_BITS = { 4: 24, 16: 48 } as const;
/** Of HMAC-SHA256: as many as an address can have. */
const DIGEST_BYTES = 16;

/** The /24 or /48 that an address lies in. */
const networkOf = ({ bytes }: IpAddress): Uint8Array =>
  maskedTo(bytes, bytes.length === 4 ? NETWORK_BITS[4] : NETWORK_BITS[16]);

/** Under a key of the contract's own (HKDF of the lookup key): the same address has unrelated digests with two contracts. */
export class AddressIndex {
  constructor(private readonly lookupKey: Uint8Array) {}

  digestsOf(contract: ContractId, address: IpAddress): AddressDigests {
    const key = contractKey(this.lookupKey, 'client-address', contract);
    const digest = (kind: string, bytes: Uint8Array): Uint8Array =>
      new Uint8Array(createHmac('sha256', key).update(kind).update(bytes).digest().subarray(0, DIGEST_BYTES));
    return { address: digest('address', address.bytes), network: digest('network', networkOf(address)) };
  }
}

/** What is asked for with `?address=`: one address, or the whole /24 or /48 that is named. */
export interface AddressSought {
  readonly address: IpAddress;
  readonly wholeNetwork: boolean;
}

/** Reads `203.0.113.7`, `203.0.113.0/24`, `2001:db8::1` or `2001:db8:1::/48`. */
export function parseAddressSought(text: string): AddressSought | undefined {
  const [plain = '', bits, ...more] = text.split('/');
  const address = parseIpAddress(plain);
  if (address === undefined || more.length > 0) return undefined;
  if (bits === undefined) return { address, wholeNetwork: false };
  return bits === (address.bytes.length === 4 ? '24' : '48') ? { address, wholeNetwork: true } : undefined;
}
