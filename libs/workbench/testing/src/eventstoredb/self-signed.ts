import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** Distinguished encoding of ASN.1 (X.690), as far as a certificate needs it. */
function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...contents: readonly Uint8Array[]) => der(0x30, ...contents);
const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const time = (instant: Date) =>
  der(0x18, Buffer.from(`${instant.toISOString().replace(/\D/g, '').slice(0, 14)}Z`));

const ECDSA_WITH_SHA256 = sequence(hex('06 08 2a8648ce3d040302'));
const COMMON_NAME = hex('06 03 550403');
const SUBJECT_ALTERNATIVE_NAME = hex('06 03 551d11');

const DAY = 86_400_000;

/** A certificate that has signed itself (RFC 5280), for one IPv4 address, and its key; both PEM. Made anew each time. */
export function selfSigned(
  address = '127.0.0.1',
  validTo = new Date(Date.now() + DAY),
): { readonly certificate: string; readonly key: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const name = sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, Buffer.from('fake EventStoreDB')))));
  const names = sequence(der(0x87, Buffer.from(address.split('.').map(Number))));
  const serial = Buffer.concat([Buffer.from([1]), randomBytes(15)]);
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, serial),
    ECDSA_WITH_SHA256,
    name,
    sequence(time(new Date(Date.now() - 2 * DAY)), time(validTo)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(sequence(SUBJECT_ALTERNATIVE_NAME, der(0x04, names)))),
  );
  const signature = sign('sha256', body, privateKey);
  const whole = sequence(body, ECDSA_WITH_SHA256, der(0x03, Buffer.from([0]), signature));
  const lines = whole.toString('base64').match(/.{1,64}/g)!;
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  };
}
