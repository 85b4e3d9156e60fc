import { describe, expect, it } from '@jest/globals';
import { otpauthUri, qrSvgOf } from './otpauth.ts';

const totp = { digits: 6, period: 30, algorithm: 'SHA1' } as const;
const SECRET = 'JBSWY3DPEHPK3PXP';

/** As an authenticator app reads it. */
function read(uri: string): { issuer: string; account: string; parameters: Record<string, string> } {
  const url = new URL(uri);
  const label = url.pathname.replace(/^\/+(totp\/)?/, '');
  const [issuer = '', account = ''] = label.split(':').map(decodeURIComponent);
  return { issuer, account, parameters: Object.fromEntries(url.searchParams) };
}

describe('Key URI: what an authenticator app is given', () => {
  it('names everything, also what is the default', () => {
    expect(otpauthUri('IIJ SmartKey', 'taro@example.co.jp', SECRET, totp)).toBe(
      `otpauth://totp/IIJ%20SmartKey:taro%40example.co.jp?secret=${SECRET}&issuer=IIJ%20SmartKey&algorithm=SHA1&digits=6&period=30`,
    );
  });

  it.each(['taro', '山田 太郎', "a?b#c&d%e=f+g/h'(!)*", '🔑', ' x '])(
    'is read as it was written: %s',
    (externalId) => {
      const uri = otpauthUri('IIJ & 社', externalId, SECRET, { digits: 8, period: 60, algorithm: 'SHA512' });
      expect(uri).toMatch(/^[\x21-\x7e]+$/);
      expect(read(uri)).toEqual({
        issuer: 'IIJ & 社',
        account: externalId,
        parameters: { secret: SECRET, issuer: 'IIJ & 社', algorithm: 'SHA512', digits: '8', period: '60' },
      });
    },
  );

  it('shows a colon as a full-width one: it would end the issuer', () => {
    const { issuer, account, parameters } = read(otpauthUri('A:B', 'realm:taro', SECRET, totp));
    expect([issuer, account, parameters['issuer']]).toEqual(['A：B', 'realm：taro', 'A：B']);
  });

  it('comes as a QR code in SVG', async () => {
    expect(await qrSvgOf(otpauthUri('IIJ', 'taro', SECRET, totp))).toMatch(/^<svg [\s\S]*<\/svg>\s*$/);
  });

  it('fits a QR code with the longest external id', async () => {
    const uri = otpauthUri('I'.repeat(64), '漢'.repeat(256), SECRET.repeat(6), totp);
    expect(await qrSvgOf(uri)).toMatch(/^<svg /);
  });
});
