import type { BankAccount, IssuerData, Recipient } from '@smartkey/billing-domain';
import type { Fact, Sheet } from './sheet.ts';

/** A page has room for so many lines of an address; the last takes what is left. */
const ADDRESS_LINES = 6;

function inLines(text: string | undefined): readonly string[] {
  const lines = (text ?? '').split(/\r\n|[\n\r]/).filter((line) => line.trim() !== '');
  if (lines.length <= ADDRESS_LINES) return lines;
  return [...lines.slice(0, ADDRESS_LINES - 1), lines.slice(ADDRESS_LINES - 1).join(' ')];
}

/**
 * Address and names in the order of a Japanese envelope. A person gets 様, an organisation 御中; a document's own honorific goes before,
 * to whoever is named without a person.
 */
export function recipientLines({
  name,
  honorific,
  postalCode,
  address,
  department,
  contact,
}: Recipient): Sheet['recipient'] {
  const organisation = [name, ...(department === undefined ? [] : [department])];
  const last = organisation.length - 1;
  const names =
    contact === undefined
      ? organisation.map((each, index) => (index === last ? `${each} ${honorific ?? '御中'}` : each))
      : [...organisation, `${contact} 様`];
  return { address: [...(postalCode === undefined ? [] : [`〒${postalCode}`]), ...inLines(address)], names };
}

/** The registration number as the document has it: on qualified forms only. */
export function issuerOf(
  { name, registrationNumber }: { readonly name: string; readonly registrationNumber: string | null },
  { postalCode, address, phone }: IssuerData,
): Sheet['issuer'] {
  return {
    name,
    lines: [
      ...(registrationNumber === null ? [] : [`登録番号 ${registrationNumber}`]),
      ...(postalCode === undefined ? [] : [`〒${postalCode}`]),
      ...inLines(address),
      ...(phone === undefined ? [] : [`TEL ${phone}`]),
    ],
  };
}

const ACCOUNT_TYPES: Readonly<Record<BankAccount['type'], string>> = { ordinary: '普通', current: '当座' };

/** 振込先. */
export const bankFacts = ({ bank, branch, type, number, holder }: BankAccount): readonly Fact[] => [
  { label: '金融機関', value: `${bank} ${branch}` },
  { label: '口座番号', value: `${ACCOUNT_TYPES[type]} ${number}` },
  { label: '口座名義', value: holder },
];
