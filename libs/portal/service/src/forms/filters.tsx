import { useSurroundings } from '../pages/surroundings.ts';
import type { Told } from '../visit/language.ts';
import type { Field } from './field.ts';
import { FieldControl } from './fields.tsx';

/** Says which part of a page's list is shown, in the page's own query. */
export function Filters({
  fields,
  values,
  faults = {},
  submit,
  main = false,
  search = true,
}: {
  readonly fields: readonly Field[];
  readonly values: Readonly<Record<string, string>>;
  /** What could not be read, by field. */
  readonly faults?: Readonly<Record<string, string>>;
  readonly submit: string;
  /** The page has nothing to show before it was asked. */
  readonly main?: boolean;
  /** Without, it is no landmark of the page: one that only chooses. */
  readonly search?: boolean;
}) {
  const { path } = useSurroundings();
  return (
    <form class="filters" method="get" action={path} {...(search && { role: 'search' })}>
      {fields.map((field) => (
        <FieldControl key={field.name} field={field} values={values} fault={faults[field.name]} bare />
      ))}
      <button type="submit" {...(!main && { class: 'secondary' })}>
        {submit}
      </button>
    </form>
  );
}

/** What is told at fields of a filter that could not be read. */
export const filterFaults = (
  t: Told,
  unread: Readonly<Record<string, 'day' | 'month' | 'instant' | 'amount' | false>>,
): Readonly<Record<string, string>> => {
  const words = {
    day: t('日付は「2026-11-01」の形で入力してください。', 'A day is written 2026-11-01.'),
    month: t('月は「2026-11」の形で入力してください。', 'A month is written 2026-11.'),
    instant: t(
      '日時は「2026-11-25 12:00」の形で入力してください。',
      'An instant is written 2026-11-25 12:00.',
    ),
    amount: t('金額は円単位の整数で入力してください。', 'An amount is a whole number of yen.'),
  };
  return Object.fromEntries(
    Object.entries(unread).flatMap(([name, kind]) => (kind === false ? [] : [[name, words[kind]]])),
  );
};
