import type { Visit } from '../visit/visit.ts';
import type { Field } from './field.ts';
import { FieldControl } from './fields.tsx';

/** Says which part of a page's list is shown, in the page's own query. */
export const Filters = ({
  visit: { t, path },
  fields,
  values,
  submit,
  main = false,
  search = true,
}: {
  readonly visit: Pick<Visit, 't' | 'path'>;
  readonly fields: readonly Field[];
  readonly values: Readonly<Record<string, string>>;
  readonly submit: string;
  /** The page has nothing to show before it was asked. */
  readonly main?: boolean;
  /** Without, it is no landmark of the page: one that only chooses. */
  readonly search?: boolean;
}) => (
  <form class="filters" method="get" action={path} {...(search && { role: 'search' })}>
    {fields.map((field) => (
      <FieldControl key={field.name} field={field} values={values} fault={undefined} t={t} bare />
    ))}
    <button type="submit" {...(!main && { class: 'secondary' })}>
      {submit}
    </button>
  </form>
);
