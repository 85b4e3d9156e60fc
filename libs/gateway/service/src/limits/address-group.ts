import { isIPv6 } from 'node:net';

/** The eight groups of an IPv6 address, without its zone. */
function groupsOf(address: string): string[] {
  const plain = address.split('%', 1)[0]!;
  const [head = '', tail] = plain.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  if (tail === undefined) return left;
  return [
    ...left,
    ...Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0'),
    ...right,
  ];
}

/**
 * Whom an address belongs to, for limits: an IPv4 address by itself, an IPv6 address by its /64, of which one subscriber has
 * all addresses. An IPv4 address within IPv6 (`::ffff:192.0.2.1`) is the IPv4 address.
 */
export function addressGroup(address: string): string {
  if (!isIPv6(address)) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped !== null) return mapped[1]!;
  const network = groupsOf(address)
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(':')}::/64`;
}
