import type { Markup } from 'preact';
import { numberText } from '../components/money.tsx';
import { dayText, monthText } from '../components/time.tsx';
import type { Language, Told } from '../visit/language.ts';
import type { Field, Values } from './field.ts';

/** A value as a confirmation shows it. */
export function shownValue(field: Field, values: Values, language: Language, t: Told): Markup {
  const value = values[field.name] ?? '';
  if (field.kind === 'yes') return value === 'yes' ? t('はい', 'Yes') : t('いいえ', 'No');
  if (value === '') return <span class="note">{t('（入力なし）', '(none)')}</span>;
  switch (field.kind) {
    case 'day':
      return dayText(value, language);
    case 'month':
      return monthText(value, language);
    case 'amount':
      return <span class="number">{`${numberText(value)}${field.unit}`}</span>;
    case 'choice':
    case 'list':
    case 'several':
      return value
        .split(',')
        .map((each) => field.options.find((option) => option.value === each)?.label ?? each)
        .join('、');
    case 'secret':
      return '••••';
    default:
      return value;
  }
}
