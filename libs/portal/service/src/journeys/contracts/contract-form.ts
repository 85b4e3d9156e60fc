import type { Field, Values } from '../../forms/field.ts';
import type { FormSpec } from '../../forms/form-flow.tsx';
import type { Page } from '../../pages/answer.ts';
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

/** What a page that lies under one of those says of its place. */
export function underContract(
  { t }: Pick<Signed, 't'>,
  contract: Contract,
  section: keyof typeof ABOVE,
): Pick<Page, 'section' | 'contract' | 'trail'> {
  const [under, ja, en] = ABOVE[section];
  const above = { href: contractPath(contract.id) + under, label: t(ja, en) };
  return { section, ...ofContract(contract), trail: [above] };
}

/** What forms about a contract have in common: whose they are, and the page that they lie under and lead back to. */
export const aboutContract = (
  visit: Signed,
  contract: Contract,
  title: string,
  section: keyof typeof ABOVE = 'home',
): Pick<FormSpec, 'title' | 'page'> => ({ title, page: underContract(visit, contract, section) });
