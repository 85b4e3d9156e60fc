import { Controller } from '@nestjs/common';
import type { Schemas } from '../../api/portal-api.ts';
import { Refusal } from '../../api/refusal.ts';
import { monthAfter, monthOfDate } from '../../components/time.tsx';
import { FormAt } from '../../forms/form-at.decorator.ts';
import type { Values } from '../../forms/field.ts';
import { runForm } from '../../forms/form-flow.tsx';
import { type Answer, redirect } from '../../pages/answer.ts';
import { Access, Visited } from '../../visit/access.decorator.ts';
import { only } from '../../visit/audiences.ts';
import type { Signed } from '../../visit/visit.ts';
import { ENCODINGS, FORMATS } from './export-words.ts';

/** A file for the accounting system is asked for. */
@Controller('portal/exports/new')
export class ExportFormController {
  @FormAt()
  @Access(only('operator', 'finance'))
  make(@Visited() visit: Signed): Promise<Answer> {
    const { t } = visit;
    return runForm(visit, {
      title: t('会計用ファイルの作成', 'Make a file for accounting'),
      initial: {
        which: 'month',
        month: monthAfter(monthOfDate(visit.today), -1),
        format: 'canonical-csv',
      },
      fields: [
        {
          kind: 'choice',
          name: 'which',
          label: t('含める書類', 'Which documents'),
          required: true,
          options: [
            { value: 'month', label: t('対象月の書類', 'Those of a month') },
            {
              value: 'since',
              label: t(
                '対象月の書類のうち、ある日以降に発行したもの',
                'Those of a month issued from a day on',
              ),
            },
            {
              value: 'last',
              label: t('前回のあとの分', 'Since the last file'),
              hint: t(
                '同じ形式のファイルにまだ含まれていない書類です。対象月は空でもかまいません。',
                'What no file of the format has taken yet; the month may be left out.',
              ),
            },
          ],
        },
        { kind: 'month', name: 'month', label: t('対象月', 'Month') },
        { kind: 'day', name: 'since', label: t('発行日（この日以降）', 'Issued from') },
        {
          kind: 'list',
          name: 'format',
          label: t('形式', 'Format'),
          required: true,
          options: Object.entries(FORMATS).map(([value, words]) => ({ value, label: t(...words) })),
        },
        {
          kind: 'list',
          name: 'encoding',
          label: t('文字コード', 'Encoding'),
          hint: t('選ばなければ、製品に合わせます。', 'What the product takes, where it is left.'),
          options: Object.entries(ENCODINGS).map(([value, label]) => ({ value, label })),
        },
      ],
      submit: t('ファイルを作成する', 'Make the file'),
      page: {
        section: 'exports',
        trail: [{ href: '/portal/exports', label: t('会計連携', 'Accounting') }],
      },
      send: async (values) => {
        const made = await visit.api.POST('/v1/exports', {
          body: exportForm(values),
        });
        return redirect(`/portal/exports/${made.id}?done=made`);
      },
    });
  }
}

/**
 * What was chosen, as the surface takes it.
 * @throws Refusal at the field that the choice wants
 */
export function exportForm(values: Values): Schemas['ExportForm'] {
  const { which, month, since, format, encoding } = values;
  if (which !== 'last' && !month) throw missing('/month', 'A month is needed.');
  if (which === 'since' && !since) throw missing('/since', 'A day is needed.');
  return {
    format: format as Schemas['ExportForm']['format'],
    ...(month && { month }),
    ...(which === 'last' && { since: 'last' }),
    ...(which === 'since' && since && { since }),
    ...(encoding && { encoding: encoding as keyof typeof ENCODINGS }),
  };
}

const missing = (pointer: string, detail: string): Refusal =>
  new Refusal(422, 'invalid', detail, [{ pointer, rule: 'required', detail }]);
