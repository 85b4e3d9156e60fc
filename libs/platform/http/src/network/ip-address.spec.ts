import { describe, expect, it } from '@jest/globals';
import { maskedTo, parseIpAddress } from './ip-address.ts';

describe('an IP address', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['::', '::'],
    ['::1', '::1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:c000:201', '192.0.2.1'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
  ])('%s is spelled %s', (text, canonical) => {
    expect(parseIpAddress(text)?.text).toBe(canonical);
    expect(parseIpAddress(canonical)?.bytes).toEqual(parseIpAddress(text)?.bytes);
  });

  it.each([
    '',
    '203.0.113',
    '203.0.113.256',
    '203.0.113.07',
    'fe80::1%eth0',
    '[::1]',
    '::1/64',
    'localhost',
    '1::2::3',
    '::1 ',
  ])('%j is none', (text) => expect(parseIpAddress(text)).toBeUndefined());

  it.each([
    ['203.0.113.7', 24, [203, 0, 113, 0]],
    ['203.0.113.7', 0, [0, 0, 0, 0]],
    ['203.0.113.7', 32, [203, 0, 113, 7]],
    ['203.0.113.7', 30, [203, 0, 113, 4]],
    ['2001:db8:1:2::1', 48, [0x20, 0x01, 0x0d, 0xb8, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
  ])('%s to %i bits', (text, bits, bytes) => {
    expect([...maskedTo(parseIpAddress(text)!.bytes, bits)]).toEqual(bytes);
  });
});
