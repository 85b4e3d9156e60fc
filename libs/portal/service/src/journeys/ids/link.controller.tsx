import { Controller, Param, Post } from '@nestjs/common';
import { ok, type Schemas } from '../../api/portal-api.ts';
import { Alert } from '../../components/alert.tsx';
import { ShownOnce } from '../../components/shown-once.tsx';
import { At } from '../../components/time.tsx';
import { FormAt } from '../../forms/form-at.decorator.ts';
import { runForm } from '../../forms/form-flow.tsx';
import { type Answer, page, type Page, redirect } from '../../pages/answer.ts';
import { Heading } from '../../pages/layout.tsx';
import { Access, Visited } from '../../visit/access.decorator.ts';
import { inContract } from '../../visit/audiences.ts';
import type { Signed } from '../../visit/visit.ts';
import { contractPath, ofContract, readContract } from '../contracts/contract-words.tsx';

/** Links by which the user of an ID enrols, as administrators issue and end them. */
@Controller('portal/contracts/:contract/ids/:rid')
export class LinkController {
  @FormAt('links/new')
  @Access(inContract('ids', 'operator'))
  async issue(
    @Visited() visit: Signed,
    @Param('contract') id: string,
    @Param('rid') rid: string,
  ): Promise<Answer> {
    const { t, api } = visit;
    const { around, back, externalId } = await this.around(visit, id, rid);
    return runForm(visit, {
      title: t(`リンクの発行：${externalId}`, `Issue a link for ${externalId}`),
      lead: t(
        'リンクは24時間有効で、1回だけ使えます。発行すると、以前のリンクは使えなくなります。',
        'It is good for 24 hours and works once. A former link is worth nothing then.',
      ),
      fields: [
        {
          kind: 'email',
          name: 'email',
          label: t('利用者のメールアドレス', 'The user’s address'),
          hint: t(
            '入力すると、リンクは本人にだけ届きます。入力しない場合は画面に表示され、発行した人も開けることが記録されます。',
            'With it the link goes to the user alone. Without, it is shown here, and the record says that you could open it.',
          ),
        },
        {
          kind: 'multiline',
          name: 'identitySeen',
          label: t('本人確認済み：確認の方法', 'How you made sure who asks'),
          hint: t(
            '端末を登録したことがあるIDで、以前の端末も回復コードも使えないときに入力します。8桁の番号を、リンクとは別の方法で伝えてください。',
            'Where the ID had a device, and neither that nor a recovery code is at hand. You get eight digits to tell by another way.',
          ),
          max: 500,
        },
      ],
      submit: t('リンクを発行する', 'Issue the link'),
      back: { href: back, label: t('戻る', 'Back') },
      page: around,
      send: async (values) => {
        const issued = await ok(
          api.POST('/v1/contracts/{id}/ids/{rid}/enrolment-links', {
            params: { path: { id, rid } },
            body: {
              ...(values['email'] && { email: values['email'] }),
              ...(values['identitySeen'] && { identitySeen: values['identitySeen'] }),
            },
          }),
        );
        return issuedPage(visit, issued, around, back);
      },
    });
  }

  @Post('links/:link/revoke')
  @Access(inContract('ids', 'operator'))
  async revoke(
    @Visited() { api }: Signed,
    @Param('contract') id: string,
    @Param('rid') rid: string,
    @Param('link') link: string,
  ): Promise<Answer> {
    await ok(
      api.DELETE('/v1/contracts/{id}/ids/{rid}/enrolment-links/{link}', {
        params: { path: { id, rid, link } },
      }),
    );
    return redirect(`${contractPath(id)}/ids/${rid}?done=revoked`);
  }

  @FormAt('release')
  @Access(inContract('ids', 'operator'))
  async release(
    @Visited() visit: Signed,
    @Param('contract') id: string,
    @Param('rid') rid: string,
  ): Promise<Answer> {
    const { t, api } = visit;
    const { around, back, externalId } = await this.around(visit, id, rid);
    return runForm(visit, {
      title: t(`端末登録の停止の解除：${externalId}`, `Lift the stop of ${externalId}`),
      lead: t(
        '届け出のあった端末は停止したままです。本人のものでなければ、IDの画面で失効させてください。',
        'The device that was reported stays suspended. Revoke it on the page of the ID where it is not the user’s.',
      ),
      fields: [
        {
          kind: 'multiline',
          name: 'reason',
          label: t('確認した内容', 'What you found'),
          required: true,
          max: 500,
        },
      ],
      submit: t('停止を解除する', 'Lift the stop'),
      back: { href: back, label: t('戻る', 'Back') },
      page: around,
      send: async (values) => {
        await ok(
          api.POST('/v1/contracts/{id}/ids/{rid}/release', {
            params: { path: { id, rid } },
            body: { reason: values['reason'] ?? '' },
          }),
        );
        return redirect(`${back}?done=released`);
      },
    });
  }

  private async around(visit: Signed, id: string, rid: string): Promise<Around> {
    const [contract, account] = await Promise.all([
      readContract(visit, id),
      ok(visit.api.GET('/v1/contracts/{id}/ids/{rid}', { params: { path: { id, rid } } })),
    ]);
    const back = `${contractPath(id)}/ids/${rid}`;
    const { externalId } = account;
    return {
      back,
      externalId,
      around: { section: 'ids', ...ofContract(contract), trail: [{ href: back, label: externalId }] },
    };
  }
}

interface Around {
  readonly around: Pick<Page, 'section' | 'contract' | 'trail' | 'of'>;
  readonly back: string;
  readonly externalId: string;
}

function issuedPage(
  { t, language }: Signed,
  { url, number, expiresAt }: Schemas['IssuedLink'],
  around: Around['around'],
  back: string,
): Page {
  const title = t('リンクを発行しました', 'The link was issued');
  return page({
    title,
    ...around,
    body: (
      <div class="narrow">
        <Heading
          title={title}
          lead={
            <>
              {t('有効期限：', 'Valid until ')}
              <At at={expiresAt} language={language} />
            </>
          }
        />
        {url === undefined ? (
          <Alert
            kind="info"
            title={t('リンクを利用者にメールで送りました。', 'It is on its way to the user.')}
          />
        ) : (
          <ShownOnce
            t={t}
            id="link"
            title={t('リンクは今だけ表示されます。', 'The link is shown only now.')}
            what={t(
              '本人にだけ渡し、ご自分では開かないでください。発行した人も開けることが記録されています。',
              'Hand it to the user alone and do not open it. The record says that you could.',
            )}
            secret={url}
          />
        )}
        {number !== undefined && (
          <ShownOnce
            t={t}
            id="number"
            title={t('番号は今だけ表示されます。', 'The number is shown only now.')}
            what={t(
              '電話など、リンクとは別の方法で本人に伝えてください。',
              'Tell the user by another way than the link, by telephone for example.',
            )}
            secret={number}
          />
        )}
        <div class="actions">
          <a class="button" href={back}>
            {t('IDに戻る', 'Back to the ID')}
          </a>
        </div>
      </div>
    ),
  });
}
