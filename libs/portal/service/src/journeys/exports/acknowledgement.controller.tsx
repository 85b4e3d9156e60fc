import { Controller, Param } from '@nestjs/common';
import type { Schemas } from '../../api/portal-api.ts';
import { FormAt } from '../../forms/form-at.decorator.ts';
import { runForm } from '../../forms/form-flow.tsx';
import { type Answer, redirect } from '../../pages/answer.ts';
import { Access, Visited } from '../../visit/access.decorator.ts';
import { only } from '../../visit/audiences.ts';
import type { Signed } from '../../visit/visit.ts';
import { filled } from '../contracts/contract-form.ts';
import { acknowledgedItems } from './acknowledged-items.ts';

/** What the accounting system has taken in: the whole file, or documents by its own numbers. */
@Controller('portal/exports/:export/acknowledgement')
export class AcknowledgementController {
  @FormAt()
  @Access(only('operator', 'finance'))
  acknowledge(@Visited() visit: Signed, @Param('export') id: string): Promise<Answer> {
    const { t, api } = visit;
    const back = `/portal/exports/${id}`;
    return runForm(visit, {
      title: t('受領の記録', 'Record the acknowledgement'),
      initial: { on: visit.today },
      fields: [
        { kind: 'day', name: 'on', label: t('取り込んだ日', 'Taken in on'), required: true },
        {
          kind: 'text',
          name: 'externalId',
          label: t('会計システムでのファイルの番号', 'Number of the file there'),
          max: 64,
        },
        {
          kind: 'multiline',
          name: 'items',
          label: t('書類ごとの番号', 'Documents by number'),
          hint: t(
            '1行に1件、書類番号と会計システムの番号を空白で区切ります（例：SK-000000123 J-45）。空のときはファイル全体の受領になります。一度に1,000件まで、何回でも追加できます。',
            'One a line: number of the document, space, its number there. Without any the whole file is meant. 1,000 at a time; requests add up.',
          ),
          max: 110_000,
        },
      ],
      submit: t('記録する', 'Record'),
      page: { section: 'exports', trail: [{ href: back, label: t('会計用ファイル', 'File') }] },
      send: async (values) => {
        const items: Schemas['AcknowledgementForm']['items'] = acknowledgedItems(values['items'] ?? '');
        await api.PUT('/v1/exports/{id}/acknowledgement', {
          params: { path: { id } },
          body: {
            on: values['on']!,
            ...filled(values, ['externalId']),
            ...(items.length > 0 && { items }),
          },
        });
        return redirect(`${back}?done=acknowledged`);
      },
    });
  }
}
