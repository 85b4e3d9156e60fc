import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isCanonicalPath } from './canonical-path.ts';

describe('RFC 3986: a path is known by one spelling', () => {
  it.each([
    '/',
    '/docs',
    '/v1/authentications',
    '/v1/contracts/ctr_1/ids/rid_1',
    '/v1/invoices/IJ-1.pdf',
    "/v1/x/a:@!$&'()*+,;=~b",
    '/v1/x/%E3%81%82%20%2B%25',
  ])('%s', (path) => expect(isCanonicalPath(path)).toBe(true));

  it.each([
    '',
    'v1/contracts',
    'http://x/v1/contracts',
    '//v1/contracts',
    '/v1//contracts',
    '/v1/contracts/',
    '/v1/./contracts',
    '/v1/../contracts',
    '/v1/%2e%2e/contracts',
    '/v1/%2E%2E/contracts',
    '/v1/%61uthentications',
    '/v1/x%2Dy',
    '/v1/x%5Fy',
    '/v1/x%7Ey',
    '/v1/x%31',
    '/v1/%e3%81%82',
    '/v1/%zz',
    '/v1/%4',
    '/v1/あ',
    '/v1/a b',
    '/v1/a#b',
    '/v1/a\\b',
    '/v1/a"b',
    '/v1/a|b',
  ])('not %s', (path) => expect(isCanonicalPath(path)).toBe(false));

  it('whatever a step holds, as encodeURIComponent writes it; and none in which a plain letter is coded', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), fc.nat(), (step, at) => {
        fc.pre(step !== '.' && step !== '..');
        const written = encodeURIComponent(step);
        expect(isCanonicalPath(`/v1/${written}`)).toBe(true);
        const plain = [...written.replace(/%../g, '')].filter((each) => /[\w\-.~]/.test(each));
        if (plain.length === 0) return;
        const letter = plain[at % plain.length]!;
        const coded = `%${letter.charCodeAt(0).toString(16).toUpperCase()}`;
        expect(isCanonicalPath(`/v1/${written}${coded}`)).toBe(false);
      }),
    );
  });
});
