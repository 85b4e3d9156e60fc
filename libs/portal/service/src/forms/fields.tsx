import type { Markup } from 'preact';
import { useSurroundings } from '../pages/surroundings.ts';
import { controlId, type Field, type Values } from './field.ts';

interface FieldProps {
  readonly field: Field;
  readonly values: Values;
  readonly fault: string | undefined;
  /** Of a filter: nothing there is asked for. */
  readonly bare?: boolean | undefined;
}

function Need({ field, bare }: Pick<FieldProps, 'field' | 'bare'>) {
  const { t } = useSurroundings();
  if (bare === true) return null;
  return field.required === true ? (
    <span class="need">{t('※必須', 'Required')}</span>
  ) : (
    <span class="may">{t('※任意', 'Optional')}</span>
  );
}

const hintId = (name: string): string => `${controlId(name)}-hint`;
const faultId = (name: string): string => `${controlId(name)}-fault`;

const describedBy = (field: Field, fault: string | undefined): string | undefined =>
  [field.hint === undefined ? '' : hintId(field.name), fault === undefined ? '' : faultId(field.name)]
    .filter((id) => id !== '')
    .join(' ') || undefined;

const About = ({ field, fault }: { readonly field: Field; readonly fault: string | undefined }) => (
  <>
    {field.hint !== undefined && (
      <p class="hint" id={hintId(field.name)}>
        {field.hint}
      </p>
    )}
    {fault !== undefined && (
      <p class="fault" id={faultId(field.name)}>
        {fault}
      </p>
    )}
  </>
);

/** One control under its label. */
const Labelled = ({
  field,
  fault,
  bare,
  children,
}: Omit<FieldProps, 'values'> & { readonly children?: Markup }) => (
  <div class="field">
    <label for={controlId(field.name)}>
      {field.label}
      <Need field={field} bare={bare} />
    </label>
    <About field={field} fault={fault} />
    {children}
  </div>
);

/** Several controls under a legend. */
const Grouped = ({
  field,
  fault,
  bare,
  children,
}: Omit<FieldProps, 'values'> & { readonly children?: Markup }) => (
  <fieldset
    class="field"
    id={controlId(field.name)}
    aria-describedby={describedBy(field, fault)}
    tabIndex={-1}
  >
    <legend>
      {field.label}
      <Need field={field} bare={bare} />
    </legend>
    <About field={field} fault={fault} />
    {children}
  </fieldset>
);

export function FieldControl({ field, values, fault, bare }: FieldProps) {
  const { t } = useSurroundings();
  const value = values[field.name] ?? '';
  const common = {
    id: controlId(field.name),
    name: field.name,
    'aria-describedby': describedBy(field, fault),
    'aria-invalid': fault === undefined ? undefined : 'true',
    'aria-required': field.required === true ? 'true' : undefined,
  };
  const around = { field, fault, bare };
  switch (field.kind) {
    case 'text':
    case 'email':
    case 'digits': {
      const longest = field.max ?? 256;
      return (
        <Labelled {...around}>
          <input
            {...common}
            type={field.kind === 'email' ? 'email' : 'text'}
            inputMode={field.kind === 'digits' ? 'numeric' : undefined}
            // Digits are copied and read out in groups; what parts them is left out when they are read, and must not push out the last of them.
            maxLength={field.kind === 'digits' ? longest * 2 : longest}
            autocomplete={field.kind === 'email' ? 'email' : (field.autocomplete ?? 'off')}
            value={value}
          />
        </Labelled>
      );
    }
    case 'secret':
      return (
        <Labelled {...around}>
          <input
            {...common}
            type="password"
            autocomplete={field.autocomplete ?? 'off'}
            maxLength={field.max ?? 512}
            spellcheck={false}
          />
        </Labelled>
      );
    case 'multiline':
      return (
        <Labelled {...around}>
          <textarea {...common} rows={3} maxLength={field.max ?? 1000}>
            {value}
          </textarea>
        </Labelled>
      );
    case 'amount':
      return (
        <Labelled {...around}>
          <div class="with-unit">
            <input
              {...common}
              type="text"
              inputMode="decimal"
              maxLength={24}
              autocomplete="off"
              value={value}
            />
            <span>{field.unit}</span>
          </div>
        </Labelled>
      );
    case 'list':
      return (
        <Labelled {...around}>
          <select {...common}>
            {(field.required !== true || value === '') && (
              <option value="">{bare === true ? t('すべて', 'All') : t('選んでください', 'Choose')}</option>
            )}
            {field.options.map((option) => (
              <option key={option.value} value={option.value} selected={option.value === value}>
                {option.label}
              </option>
            ))}
          </select>
        </Labelled>
      );
    case 'choice':
    case 'several':
      return <Choices {...around} values={values} />;
    case 'yes':
      return (
        <div class="field">
          <About field={field} fault={fault} />
          <label class="choice" for={controlId(field.name)}>
            <input {...common} type="checkbox" value="yes" checked={value === 'yes'} />
            <span>
              {field.label}
              <Need field={field} bare={bare} />
            </span>
          </label>
        </div>
      );
    case 'file':
      return (
        <Labelled {...around}>
          <input {...common} type="file" accept={field.accept} />
        </Labelled>
      );
    case 'day':
    case 'month':
      return <DateParts {...around} values={values} />;
  }
}

function Choices({ field, values, fault, bare }: FieldProps) {
  if (field.kind !== 'choice' && field.kind !== 'several') return null;
  const chosen = (values[field.name] ?? '').split(',');
  return (
    <Grouped field={field} fault={fault} bare={bare}>
      {field.options.map(({ value, label, hint }) => {
        const id = `${controlId(field.name)}-${value}`;
        return (
          <label class="choice" for={id} key={value}>
            <input
              id={id}
              type={field.kind === 'choice' ? 'radio' : 'checkbox'}
              name={field.name}
              value={value}
              checked={chosen.includes(value)}
            />
            <span>
              {label}
              {hint !== undefined && <span class="note"> {hint}</span>}
            </span>
          </label>
        );
      })}
    </Grouped>
  );
}

/** Year, month and day apart: nobody has to guess a form. */
function DateParts({ field, values, fault, bare }: FieldProps) {
  const { t } = useSurroundings();
  const whole = (values[field.name] ?? '').split('-');
  const parts = field.kind === 'day' ? ['y', 'm', 'd'] : ['y', 'm'];
  const units: Record<string, string> = { y: t('年', 'Year'), m: t('月', 'Month'), d: t('日', 'Day') };
  return (
    <Grouped field={field} fault={fault} bare={bare}>
      <div class="parts">
        {parts.map((part, index) => {
          const id = `${controlId(field.name)}-${part}`;
          const given = values[`${field.name}-${part}`] ?? whole[index] ?? '';
          return (
            <label for={id} key={part}>
              <input
                id={id}
                type="text"
                inputMode="numeric"
                maxLength={4}
                autocomplete="off"
                data-part={part}
                name={`${field.name}-${part}`}
                value={index === 0 ? given : given.replace(/^0/, '')}
                aria-invalid={fault === undefined ? undefined : 'true'}
              />
              {units[part]}
            </label>
          );
        })}
      </div>
    </Grouped>
  );
}

/** Where the summary of what is wrong leads to. */
export function focusTarget(field: Field): string {
  if (field.kind === 'day' || field.kind === 'month') return `${controlId(field.name)}-y`;
  if (field.kind === 'choice' || field.kind === 'several')
    return `${controlId(field.name)}-${field.options[0]?.value ?? ''}`;
  return controlId(field.name);
}
