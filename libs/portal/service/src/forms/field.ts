/** A way to choose: its value, and what people read. */
export interface Option {
  readonly value: string;
  readonly label: string;
  readonly hint?: string;
}

interface Named {
  /** As the surface names it, with dots into an object: `applicant.name`. */
  readonly name: string;
  readonly label: string;
  readonly required?: boolean;
  readonly hint?: string;
}

export type Field = Named &
  (
    | { readonly kind: 'text' | 'email' | 'secret'; readonly max?: number; readonly autocomplete?: string }
    | { readonly kind: 'multiline'; readonly max?: number }
    /** Digits; full-width ones are taken as well. */
    | { readonly kind: 'digits'; readonly max?: number; readonly autocomplete?: string }
    /** A decimal, with a unit behind. */
    | { readonly kind: 'amount'; readonly unit: string }
    | { readonly kind: 'choice' | 'list'; readonly options: readonly Option[] }
    | { readonly kind: 'several'; readonly options: readonly Option[] }
    | { readonly kind: 'yes' }
    | { readonly kind: 'day' }
    | { readonly kind: 'month' }
    | { readonly kind: 'file'; readonly accept: string }
  );

/** Texts by the names of the fields; days and months in their canonical forms, several choices with commas between. */
export type Values = Readonly<Record<string, string>>;

/** Where the surface points to when a field is at fault. */
export const pointerOf = (name: string): string => `/${name.replaceAll('.', '/')}`;

/** The id of a field's control. */
export const controlId = (name: string): string => `f-${name.replaceAll('.', '-')}`;

/** What stands already, as fields name it: dots into an object, commas between several, nothing for what is missing. */
export const valuesOf = (known: object, within = ''): Values =>
  Object.fromEntries(
    Object.entries(known).flatMap(([name, value]: [string, unknown]) => {
      if (value === undefined || value === null) return [];
      return typeof value === 'object' && !Array.isArray(value)
        ? Object.entries(valuesOf(value, `${within}${name}.`))
        : [[`${within}${name}`, String(value)]];
    }),
  );
