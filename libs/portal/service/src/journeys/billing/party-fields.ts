import type { Schemas } from '../../api/portal-api.ts';
import type { Field, Option, Values } from '../../forms/field.ts';
import type { Told } from '../../visit/language.ts';

/** What issuers and recipients of documents have alike: an address in the network of e-invoices, and terms of payment. */

/** Kinds of number that name a party in Japan in the network (ISO 6523). */
const schemes = (t: Told): readonly Option[] => [
  { value: '0188', label: t('法人番号（0188）', 'Corporate number (0188)') },
  { value: '0221', label: t('適格請求書発行事業者の登録番号（0221）', 'Registration number (0221)') },
  { value: '0088', label: t('GLN（0088）', 'GLN (0088)') },
];

export const endpointFields = (t: Told): readonly Field[] => [
  {
    kind: 'list',
    name: 'endpoint.scheme',
    label: t('電子インボイスの宛先の種類', 'Kind of address for e-invoices'),
    hint: t(
      '電子インボイス（JP PINT）を使うときに、宛先とあわせて入力します。',
      'Needed, with the address, for e-invoices (JP PINT).',
    ),
    options: schemes(t),
  },
  {
    kind: 'text',
    name: 'endpoint.id',
    label: t('電子インボイスの宛先', 'Address for e-invoices'),
    max: 50,
  },
];

export const endpointText = (endpoint: Schemas['Endpoint'] | undefined, t: Told): string =>
  endpoint === undefined
    ? '—'
    : `${schemes(t).find(({ value }) => value === endpoint.scheme)?.label ?? endpoint.scheme} ${endpoint.id}`;

export const holidays = (t: Told) => [
  { value: 'next-banking-day', label: t('翌営業日', 'Next banking day') },
  { value: 'previous-banking-day', label: t('前営業日', 'Banking day before') },
  { value: 'unmoved', label: t('そのまま', 'Unmoved') },
];

export function paymentTermText({ monthsAfter, onHoliday }: Schemas['PaymentTerm'], t: Told): string {
  const holiday = holidays(t).find(({ value }) => value === onHoliday)?.label ?? onHoliday;
  return t(
    `${monthsAfter}か月後の末日（休業日は${holiday}）`,
    `end of the month ${monthsAfter} later (holidays: ${holiday})`,
  );
}

/** What was entered of an object whose fields are named `within.field`; null where nothing was. */
export function entered(values: Values, within: string, names: readonly string[]): object | null {
  const given = names.flatMap((name) => {
    const value = values[`${within}.${name}`];
    return value ? [[name, value]] : [];
  });
  return given.length === 0 ? null : (Object.fromEntries(given) as object);
}
