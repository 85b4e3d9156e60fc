import { maskedTo, parseIpAddress } from './ip-address.ts';

/** A network of IP addresses. */
export interface IpNetwork {
  /** `203.0.113.0/24`, `2001:db8::/32`; of one address too: `203.0.113.7/32`. */
  readonly text: string;
  /** Its first address: 4 or 16. */
  readonly bytes: Uint8Array;
  readonly bits: number;
}

/**
 * Reads a network in CIDR notation, or one address.
 * @returns undefined for anything else, one with bits behind its length among it: what was meant is not known.
 */
export function parseIpNetwork(text: string): IpNetwork | undefined {
  const [plain = '', length, ...more] = text.split('/');
  const address = parseIpAddress(plain);
  if (
    address === undefined ||
    more.length > 0 ||
    (length !== undefined && !/^(0|[1-9]\d{0,2})$/.test(length))
  )
    return undefined;
  const { bytes } = address;
  const bits = length === undefined ? bytes.length * 8 : Number(length);
  // IPv4 within IPv6 is read as IPv4, whose length another one was meant to be.
  const isMapped = length !== undefined && bytes.length === 4 && plain.includes(':');
  if (bits > bytes.length * 8 || isMapped || !Buffer.from(maskedTo(bytes, bits)).equals(bytes))
    return undefined;
  return { text: `${address.text}/${bits}`, bytes, bits };
}

/** Whether an address, or all of another network, lies in the network. */
export const isWithin = (
  network: IpNetwork,
  { bytes, bits = bytes.length * 8 }: { readonly bytes: Uint8Array; readonly bits?: number },
): boolean =>
  bytes.length === network.bytes.length &&
  bits >= network.bits &&
  Buffer.from(maskedTo(bytes, network.bits)).equals(network.bytes);
