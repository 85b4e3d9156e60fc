import type { TotpSettings } from '@smartkey/kernel';
import { toString as toQr } from 'qrcode';

// RFC 3986 leaves these to be taken literally; some authenticators do not.
const encode = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/**
 * The Key URI that authenticator apps read. The label is `issuer:account`, each part percent-encoded; a colon within a part
 * would end the issuer too early even where it is encoded, so it is shown as the full-width one.
 */
export function otpauthUri(
  issuer: string,
  externalId: string,
  secretBase32: string,
  { digits, period, algorithm }: TotpSettings,
): string {
  const part = (text: string): string => encode(text.replaceAll(':', '：'));
  const query = [
    `secret=${secretBase32}`,
    `issuer=${part(issuer)}`,
    `algorithm=${algorithm}`,
    `digits=${digits}`,
    `period=${period}`,
  ];
  return `otpauth://totp/${part(issuer)}:${part(externalId)}?${query.join('&')}`;
}

/** The URI as a QR code, SVG. */
export const qrSvgOf = (uri: string): Promise<string> =>
  toQr(uri, { type: 'svg', errorCorrectionLevel: 'M' });
