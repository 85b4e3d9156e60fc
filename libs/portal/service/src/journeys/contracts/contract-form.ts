import type { Field, Values } from '../../forms/field.ts';
import type { FormSpec } from '../../forms/form-flow.tsx';
import type { Signed } from '../../visit/visit.ts';
import { contractPath, ofContract, type Contract } from './contract-words.tsx';

/** What was filled in, without the rest. */
export function filled<Name extends string>(
  values: Values,
  names: readonly Name[],
): Partial<Record<Name, string>> {
  return Object.fromEntries(names.flatMap((name) => (values[name] ? [[name, values[name]]] : []))) as Partial<
    Record<Name, string>
  >;
}

export const reasonField = ({ t }: Pick<Signed, 't'>): Field => ({
  kind: 'multiline',
  name: 'reason',
  label: t('理由', 'Reason'),
  required: true,
  max: 500,
});

/** The pages of a contract that forms lie under, by their section. */
const ABOVE = {
  home: ['', '契約の概要', 'Overview'],
  plan: ['/plan', '契約とプラン', 'Contract and plan'],
  ids: ['/ids', 'ID一覧', 'IDs'],
  billing: ['/billing', '請求', 'Billing'],
} as const;

/** What forms about a contract have in common: whose they are, and the page that they lie under and lead back to. */
export function contractForm(
  { t }: Signed,
  contract: Contract,
  title: string,
  section: keyof typeof ABOVE = 'home',
): Pick<FormSpec, 'title' | 'back' | 'page'> {
  const [under, ...label] = ABOVE[section];
  const href = contractPath(contract.id) + under;
  return {
    title,
    back: { href, label: t('戻る', 'Back') },
    page: { section, ...ofContract(contract), trail: [{ href, label: t(label[0], label[1]) }] },
  };
}
