import type { Field } from '../../forms/field.ts';
import type { Page } from '../../pages/answer.ts';
import type { Told } from '../../visit/language.ts';
import type { OfficeRole, Right } from '../../visit/me.ts';
import type { Signed } from '../../visit/visit.ts';
import { contractPath, ofContract, readContract } from '../contracts/contract-words.tsx';
import { officeText, type Person, rightText } from './person-words.ts';

const ROLES: readonly OfficeRole[] = ['operator', 'finance', 'auditor'];

const RIGHTS: readonly Right[] = ['administer', 'ids', 'billing', 'read'];

/** Whose people: one contract's, or the operator's side. */
export interface Side {
  readonly at: string;
  readonly about: Pick<Page, 'section' | 'contract' | 'trail'>;
  readonly contract?: string;
}

export async function sideOf(visit: Signed, id: string | undefined): Promise<Side> {
  if (id === undefined)
    return {
      at: '/portal',
      about: {
        section: 'settings',
        trail: [{ href: '/portal/settings', label: visit.t('設定', 'Settings') }],
      },
    };
  const contract = await readContract(visit, id);
  return { at: contractPath(id), contract: id, about: { section: 'keys', ...ofContract(contract) } };
}

export const readPerson = ({ api }: Signed, side: Side, pid: string): Promise<Person> =>
  side.contract === undefined
    ? api.GET('/v1/people/{pid}', { params: { path: { pid } } })
    : api.GET('/v1/contracts/{id}/people/{pid}', { params: { path: { id: side.contract, pid } } });

export const whoFields = (t: Told): readonly Field[] => [
  {
    kind: 'text',
    name: 'name',
    label: t('名前', 'Name'),
    required: true,
    max: 100,
    autocomplete: 'off',
  },
  { kind: 'email', name: 'email', label: t('メールアドレス', 'E-mail'), required: true, max: 254 },
];

export const mayField = ({ t }: Signed, side: Side): Field =>
  side.contract === undefined
    ? {
        kind: 'several',
        name: 'may',
        label: t('役割', 'Roles'),
        required: true,
        options: ROLES.map((value) => ({ value, label: officeText(value, t) })),
      }
    : {
        kind: 'several',
        name: 'may',
        label: t('権限', 'Rights'),
        required: true,
        hint: t('どの権限にも、閲覧が含まれます。', 'Each of them includes reading.'),
        options: RIGHTS.map((value) => ({ value, label: rightText(value, t) })),
      };
