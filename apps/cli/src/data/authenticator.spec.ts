import { describe, expect, it } from '@jest/globals';
import { Phone } from '@smartkey/api-client';
import { codeShown } from './authenticator.ts';

const uriWith = (parameters: string): string => `otpauth://totp/IIJ%20SmartKey:taro?${parameters}`;
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

describe('the code that an authenticator shows', () => {
  it('RFC 6238, appendix B: the vectors of SHA-1', () => {
    const uri = uriWith(`secret=${SECRET}&digits=8`);
    expect(codeShown(uri, '1970-01-01T00:00:59.000Z')).toBe('94287082');
    expect(codeShown(uri, '2005-03-18T01:58:29.000Z')).toBe('07081804');
    expect(codeShown(uri, '2033-05-18T03:33:20.000Z')).toBe('69279037');
  });

  it.each(['', '&algorithm=SHA256&period=60', '&algorithm=SHA512&digits=8'])(
    'is what a phone made by others shows: settings "%s"',
    (settings) => {
      const uri = uriWith(`secret=${SECRET}${settings}`);
      const at = '2018-01-15T00:00:00.000Z';
      expect(codeShown(uri, at)).toBe(new Phone(uri).codeAt(at));
    },
  );

  it.each(['', 'secret=', 'secret=1', `secret=${SECRET}&digits=7`, `secret=${SECRET}&algorithm=MD5`])(
    'shows none for "%s"',
    (parameters) => {
      expect(codeShown(uriWith(parameters), '2018-01-15T00:00:00.000Z')).toBeUndefined();
    },
  );
});
