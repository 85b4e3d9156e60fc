import { Controller, Param } from '@nestjs/common';
import { FormAt } from '../../forms/form-at.decorator.ts';
import { runForm } from '../../forms/form-flow.tsx';
import { type Answer, redirect } from '../../pages/answer.ts';
import { PageError } from '../../pages/page-error.ts';
import { Access, Visited } from '../../visit/access.decorator.ts';
import { inContract, only } from '../../visit/audiences.ts';
import type { Signed } from '../../visit/visit.ts';
import { aboutId, type AtId } from './id-form.ts';

/** The end of what is known of a person: the personal data of an ID are erased, or kept by a legal hold. */
@Controller('portal/contracts/:contract/ids/:rid')
export class ErasureController {
  @FormAt('erasure')
  @Access(inContract('ids', 'operator'))
  async erase(@Visited() visit: Signed, @Param() at: AtId): Promise<Answer> {
    const { t, api } = visit;
    const { account, name, href, path, form } = await aboutId(visit, at);
    if (account.status !== 'deregistered' || account.erasedAt !== undefined)
      throw new PageError(404, 'not-found');
    return runForm(visit, {
      ...form(`個人データの消去：${name}`, `Erase the personal data of ${name}`),
      fields: [
        {
          kind: 'multiline',
          name: 'reason',
          label: t('理由', 'Reason'),
          hint: t(
            '消去の後も残ります。氏名など、個人がわかることは書かないでください。',
            'It outlives the data: name nobody in it.',
          ),
          max: 500,
        },
      ],
      submit: t('個人データを消去する', 'Erase'),
      danger: true,
      foresee: () => ({
        kind: 'warning',
        title: t('消去した個人データは元に戻せません。', 'What is erased cannot be brought back.'),
        more: (
          <ul>
            <li>
              {t(
                'ID、表示名、端末の名前、メールアドレス、入力された理由、認証元のアドレスが消去され、画面や利用明細には「消去済」と表示されます。',
                'The ID, names, mail addresses, reasons and addresses of sign-ins are gone; pages and statements say so.',
              )}
            </li>
            <li>
              {t(
                '利用日数、認証の回数、請求の金額、発行済みの請求書とその証明は変わりません。',
                'Days, counts, amounts, documents and their proofs stay as they are.',
              )}
            </li>
            <li>
              {t(
                '同じIDをもう一度登録すると、別のアカウントになります。',
                'The same ID, registered again, is another account.',
              )}
            </li>
            <li>
              {t(
                '消去より前のバックアップには、その保存期限まで残ります。',
                'Backups that were made before keep the data until they expire.',
              )}
            </li>
          </ul>
        ),
      }),
      send: async ({ reason }) => {
        await api.DELETE('/v1/contracts/{id}/ids/{rid}/personal-data', {
          params: { path, query: { ...(reason && { reason }) } },
        });
        return redirect(`${href}?done=erased`);
      },
    });
  }

  @FormAt('legal-hold')
  @Access(only('operator'))
  async hold(@Visited() visit: Signed, @Param() at: AtId): Promise<Answer> {
    const { t, api } = visit;
    const { account, name, href, path, form } = await aboutId(visit, at);
    if (account.erasedAt !== undefined) throw new PageError(404, 'not-found');
    const held = account.heldSince !== undefined;
    return runForm(visit, {
      ...(held
        ? form(`法的保存の解除：${name}`, `Lift the legal hold of ${name}`)
        : form(`法的保存：${name}`, `Legal hold of ${name}`)),
      lead: (
        <p>
          {held
            ? t(
                '解除すると、個人データを消去できるようになります。',
                'The personal data can be erased again.',
              )
            : t(
                '保存の間、このIDの個人データは、依頼によっても保存期間の設定によっても消去されません。',
                'Neither a request nor the retention setting erases the personal data of this ID.',
              )}
        </p>
      ),
      fields: [{ kind: 'multiline', name: 'reason', label: t('理由', 'Reason'), required: true, max: 500 }],
      submit: held ? t('法的保存を解除する', 'Lift the hold') : t('法的保存を始める', 'Set the hold'),
      send: async (values) => {
        const reason = values['reason'] ?? '';
        if (held)
          await api.DELETE('/v1/contracts/{id}/ids/{rid}/legal-hold', {
            params: { path, query: { reason } },
          });
        else await api.PUT('/v1/contracts/{id}/ids/{rid}/legal-hold', { params: { path }, body: { reason } });
        return redirect(`${href}?done=${held ? 'lifted' : 'held'}`);
      },
    });
  }
}
