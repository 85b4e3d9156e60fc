import { isRegistrationNumber, type Endpoint } from '@smartkey/billing-domain';

/**
 * Schemes of electronic addresses that JP PINT 1.1.2 knows (EAS), but for those of other countries' registers whose numbers have rules
 * of their own (0007, 0151, 0184, 0192, 0201, 0208, 0210, 0211): both parties are in Japan.
 */
const SCHEMES: ReadonlySet<string> = new Set(
  (
    '0002 0009 0037 0060 0088 0096 0097 0106 0130 0135 0142 0154 0158 0177 0183 0188 0190 0191 0193 0195 0196 0198 0199 0200 0202 0204 ' +
    '0209 0212 0213 0215 0216 0218 0221 0230 0235 0240 0244 9910 9913 9914 9915 9918 9919 9920 9922 9923 9924 9925 9926 9927 9928 9929 ' +
    '9930 9931 9932 9933 9934 9935 9936 9937 9938 9939 9940 9941 9942 9943 9944 9945 9946 9947 9948 9949 9950 9951 9952 9953 9957 9959'
  ).split(' '),
);

/** GS1: digits weigh 3 and 1 by turns from the right, the last makes the sum whole tens. */
function isGln(id: string): boolean {
  if (!/^\d{13}$/.test(id)) return false;
  const sum = [...id].reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 1 : 3), 0);
  return sum % 10 === 0;
}

/** @returns what is wrong with an address in the network, or `undefined`. */
export function endpointFault({ scheme, id }: Endpoint): string | undefined {
  if (!SCHEMES.has(scheme)) return `${scheme} is no scheme of electronic addresses for a party in Japan.`;
  if (scheme === '0188' && !isRegistrationNumber(`T${id}`))
    return 'An address of scheme 0188 is a corporate number: 13 digits with a right check digit.';
  if (scheme === '0221' && !/^T\d{13}$/.test(id))
    return 'An address of scheme 0221 is a registration number: T and 13 digits.';
  if (scheme === '0088' && !isGln(id))
    return 'An address of scheme 0088 is a GLN: 13 digits with a right check digit.';
  return undefined;
}
