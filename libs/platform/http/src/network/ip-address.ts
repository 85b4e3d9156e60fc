import { isIPv4, isIPv6 } from 'node:net';

/** An IP address in its one spelling. */
export interface IpAddress {
  /** `203.0.113.7`, `2001:db8::1` (RFC 5952). */
  readonly text: string;
  /** 4 or 16 of them. */
  readonly bytes: Uint8Array;
}

/** The eight groups of an IPv6 address in the spelling of URLs, which has no dots. */
function groupsOf(text: string): readonly number[] {
  const [head = '', tail] = text.split('::');
  const numbers = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
  if (tail === undefined) return numbers(head);
  const [left, right] = [numbers(head), numbers(tail)];
  return [...left, ...new Array<number>(8 - left.length - right.length).fill(0), ...right];
}

const ofFour = (bytes: Uint8Array): IpAddress => ({ text: bytes.join('.'), bytes });

/**
 * Reads an IPv4 or IPv6 address. One of IPv4 within IPv6 (`::ffff:192.0.2.1`) is the IPv4 address.
 * @returns undefined for anything else, an address with a zone or a leading zero among it.
 */
export function parseIpAddress(text: string): IpAddress | undefined {
  if (isIPv4(text)) return ofFour(Uint8Array.from(text.split('.'), Number));
  if (!isIPv6(text) || text.includes('%')) return undefined;
  const canonical = new URL(`http://[${text}]`).hostname.slice(1, -1);
  const groups = groupsOf(canonical);
  const bytes = Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]));
  const mapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  return mapped ? ofFour(bytes.slice(12)) : { text: canonical, bytes };
}

/** An address with all bits behind the first `bits` at 0. */
export const maskedTo = (bytes: Uint8Array, bits: number): Uint8Array =>
  bytes.map((byte, index) => byte & (0xff00 >> Math.min(8, Math.max(0, bits - index * 8))));
