import { describe, expect, it } from '@jest/globals';
import { parseIpAddress } from './ip-address.ts';
import { isWithin, parseIpNetwork } from './ip-network.ts';

describe('a network of IP addresses', () => {
  it.each([
    ['203.0.113.0/24', '203.0.113.0/24'],
    ['203.0.113.7', '203.0.113.7/32'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['2001:DB8:0::/32', '2001:db8::/32'],
    ['::1', '::1/128'],
    ['::ffff:203.0.113.7', '203.0.113.7/32'],
  ])('%s is spelled %s', (text, canonical) => expect(parseIpNetwork(text)?.text).toBe(canonical));

  it.each([
    '203.0.113.7/24',
    '203.0.113.0/33',
    '203.0.113.0/024',
    '203.0.113.0/',
    '/24',
    '2001:db8::1/32',
    '::/129',
    '::ffff:203.0.113.0/120',
    'office',
    '10.0.0.0/8/8',
  ])('%j is none', (text) => expect(parseIpNetwork(text)).toBeUndefined());

  it.each([
    ['203.0.113.0/24', '203.0.113.255', true],
    ['203.0.113.0/24', '203.0.114.0', false],
    ['203.0.113.0/24', '::ffff:203.0.113.9', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['2001:db8::/33', '2001:db8:7fff::1', true],
    ['2001:db8::/33', '2001:db8:8000::1', false],
  ])('in %s is %s: %s', (network, address, within) =>
    expect(isWithin(parseIpNetwork(network)!, parseIpAddress(address)!)).toBe(within),
  );

  it.each([
    ['203.0.112.0/23', '203.0.113.0/24', true],
    ['203.0.113.0/24', '203.0.112.0/23', false],
    ['203.0.113.0/24', '203.0.113.0/24', true],
  ])('in %s lies %s: %s', (outer, inner, within) =>
    expect(isWithin(parseIpNetwork(outer)!, parseIpNetwork(inner)!)).toBe(within),
  );
});
