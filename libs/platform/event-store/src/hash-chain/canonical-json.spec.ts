import { describe, expect, it } from '@jest/globals';
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { canonicalEventJson, canonicalJson, NotCanonicalError, UnsafeNumberError } from './canonical-json.ts';

/** A CommonJS module whose types speak of a default export. */
const canonicalize = createRequire(import.meta.url)('canonicalize') as (value: unknown) => string;

describe('the canonical form of JSON (RFC 8785)', () => {
  it('is that of the example in section 3.2.2', () => {
    const value = {
      numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/',
      literals: [null, true, false],
    };
    expect(canonicalJson(value)).toBe(
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    );
  });

  it('orders keys by their UTF-16 units (section 3.2.3)', () => {
    const value = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 };
    expect([...canonicalJson(value).matchAll(/:(\d)/g)].map(([, place]) => Number(place))).toEqual([
      2, 4, 6, 7, 1, 5, 3,
    ]);
  });

  it.each([
    [0, '0'],
    [-0, '0'],
    [5e-324, '5e-324'],
    [1.7976931348623157e308, '1.7976931348623157e+308'],
    [9007199254740992, '9007199254740992'],
    [295147905179352830000, '295147905179352830000'],
    [9.999999999999997e22, '9.999999999999997e+22'],
    [1e23, '1e+23'],
    [333333333.3333332, '333333333.3333332'],
    [-0.0000033333333333333333, '-0.0000033333333333333333'],
  ])('writes the numbers of appendix B: %p', (number, text) => {
    expect(canonicalJson(number)).toBe(text);
  });

  it('is what another implementation makes of it', () => {
    const text = fc.string({ unit: 'grapheme' }).filter((it) => !/\p{Surrogate}|\u0000/u.test(it));
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'grapheme' }), text, (value, key) => {
        fc.pre(!/\\u0000|\\ud[89a-f]/.test(JSON.stringify(value)));
        expect(canonicalJson({ [key]: value, b: [value] })).toBe(canonicalize({ [key]: value, b: [value] }));
      }),
    );
  });

  it('leaves out what is undefined, as JSON does', () => {
    expect(canonicalJson({ a: undefined, b: { c: undefined } })).toBe('{"b":{}}');
  });

  it.each([
    ['undefined', undefined],
    ['a bigint', { n: 1n }],
    ['NaN', [Number.NaN]],
    ['infinity', Infinity],
    ['a Date', { at: new Date(0) }],
    ['a Map', new Map()],
    ['a symbol', Symbol('s')],
    ['a hole in a list', [undefined]],
    ['half a surrogate pair in a key', { '\udc00': 1 }],
    ['U+0000', { text: '\u0000' }],
  ])('has none for %s', (_what, value) => {
    expect(() => canonicalJson(value)).toThrow(NotCanonicalError);
  });
});

describe('the canonical form of data and metadata of an event', () => {
  it.each([0, -0, -1, 2 ** 53 - 1, -(2 ** 53) + 1])('takes %p as any JSON does', (number) => {
    expect(canonicalEventJson({ n: [number] })).toBe(canonicalJson({ n: [number] }));
  });

  it.each([0.5, 1e-7, 2 ** 53, -(2 ** 53), 1e23])('has none for %p, however deep it lies', (number) => {
    expect(() => canonicalEventJson({ lines: [{ price: number }] })).toThrow(UnsafeNumberError);
  });
});
