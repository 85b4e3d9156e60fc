import type { Told } from '../visit/language.ts';
import type { Field, Values } from './field.ts';
import type { PostedForm } from './posted-form.ts';

export interface Reading {
  readonly values: Values;
  /** What is wrong, by the names of the fields. */
  readonly faults: ReadonlyMap<string, string>;
}

/** Full-width digits, letters and signs become what they stand for; people type what their keyboards give. */
const plain = (text: string): string => text.normalize('NFKC').trim();

const isDay = (text: string): boolean => {
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().slice(0, 10) === text;
};

function readParts(form: PostedForm, name: string, parts: readonly string[]): readonly string[] {
  return parts.map((part) => plain(form.get(`${name}-${part}`) ?? ''));
}

/** Reads what was typed, says what is missing or cannot be read; whether it is allowed is the surface's matter. */
export function readFields(fields: readonly Field[], form: PostedForm, t: Told): Reading {
  const values: Record<string, string> = {};
  const faults = new Map<string, string>();
  for (const field of fields) {
    const read = readField(field, form, t);
    if (read.value !== undefined) values[field.name] = read.value;
    for (const [name, value] of Object.entries(read.raw ?? {})) values[name] = value;
    if (read.fault !== undefined) faults.set(field.name, read.fault);
    else if (field.required === true && (read.value === undefined || read.value === ''))
      faults.set(field.name, missing(field, t));
  }
  return { values, faults };
}

const CHOSEN = new Set(['choice', 'list', 'several', 'file', 'yes']);

const missing = ({ kind, label }: Field, t: Told): string =>
  CHOSEN.has(kind)
    ? t(`「${label}」を選んでください。`, `Choose “${label}”.`)
    : t(`「${label}」を入力してください。`, `Enter “${label}”.`);

interface ReadField {
  readonly value?: string | undefined;
  /** What was typed into its parts, to be shown again. */
  readonly raw?: Readonly<Record<string, string>>;
  readonly fault?: string | undefined;
}

function readField(field: Field, form: PostedForm, t: Told): ReadField {
  const { name, label } = field;
  switch (field.kind) {
    case 'secret':
      return { value: (form.get(name) ?? '').trim() };
    case 'text':
    case 'multiline':
      return { value: (form.get(name) ?? '').trim() };
    case 'email':
      return { value: plain(form.get(name) ?? '') };
    case 'digits': {
      const value = plain(form.get(name) ?? '').replace(/[\s-]/g, '');
      if (/^\d*$/.test(value)) return { value };
      return { value, fault: t(`「${label}」は数字で入力してください。`, `“${label}” is digits only.`) };
    }
    case 'amount': {
      const value = plain(form.get(name) ?? '')
        .replace(/[,\s円¥]/g, '')
        .replace(/[−–]/g, '-');
      if (value === '' || /^-?\d{1,15}(\.\d{1,6})?$/.test(value)) return { value };
      return {
        value,
        fault: t(
          `「${label}」は数字で入力してください（例：12345）。`,
          `“${label}” is a number, 12345 for example.`,
        ),
      };
    }
    case 'choice':
    case 'list': {
      const value = form.get(name) ?? '';
      if (value === '' || field.options.some((option) => option.value === value)) return { value };
      return { value: '', fault: missing(field, t) };
    }
    case 'several':
      return {
        value: form
          .all(name)
          .filter((value) => field.options.some((option) => option.value === value))
          .join(','),
      };
    case 'yes':
      return { value: form.get(name) === 'yes' ? 'yes' : '' };
    case 'file':
      return { value: form.file(name)?.name ?? '' };
    case 'day':
    case 'month':
      return readDate(field, form, t);
  }
}

function readDate(field: Field, form: PostedForm, t: Told): ReadField {
  const { name, label } = field;
  // A value that went through a confirmation comes back as one text.
  const whole = form.get(name);
  if (whole !== undefined && /^\d{4}-\d{2}(-\d{2})?$/.test(whole)) return { value: whole };
  const wanted = field.kind === 'day' ? ['y', 'm', 'd'] : ['y', 'm'];
  const typed = readParts(form, name, wanted);
  const raw = Object.fromEntries(wanted.map((part, index) => [`${name}-${part}`, typed[index]!]));
  if (typed.every((part) => part === '')) return { value: '', raw };
  const value = typed.map((part, index) => part.padStart(index === 0 ? 4 : 2, '0')).join('-');
  const good =
    typed.every((part) => /^\d{1,4}$/.test(part)) && isDay(field.kind === 'day' ? value : `${value}-01`);
  if (good) return { value, raw };
  return {
    value: '',
    raw,
    fault: t(`「${label}」は実在する日付を入力してください。`, `“${label}” must be a real date.`),
  };
}
