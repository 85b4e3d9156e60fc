import { Controller, Param, Post } from '@nestjs/common';
import { ActionLink } from '../../components/action-link.tsx';
import type { Schemas } from '../../api/portal-api.ts';
import { Alert } from '../../components/alert.tsx';
import { ShownOnce } from '../../components/shown-once.tsx';
import { ValidUntil } from '../../components/time.tsx';
import { FormAt } from '../../forms/form-at.decorator.ts';
import type { Field } from '../../forms/field.ts';
import { runForm } from '../../forms/form-flow.tsx';
import { type Answer, page, type Page, redirect } from '../../pages/answer.ts';
import { Access, Visited, Weighty } from '../../visit/access.decorator.ts';
import { inContract } from '../../visit/audiences.ts';
import type { Told } from '../../visit/language.ts';
import type { Signed } from '../../visit/visit.ts';
import type { Named } from '../../visit/named.ts';
import { type AboutId, aboutId, type AtId, idPath, onSurface } from './id-form.ts';

type AtLink = AtId & Named<'link'>;

/** Links by which the user of an ID enrols, as administrators issue and end them. */
@Controller('portal/contracts/:contract/ids/:rid')
export class LinkController {
  @FormAt('links/new')
  @Access(inContract('ids', 'operator'))
  async issue(@Visited() visit: Signed, @Param() at: AtId): Promise<Answer> {
    const { t, api } = visit;
    const [about, devices] = await Promise.all([
      aboutId(visit, at),
      api.GET('/v1/contracts/{id}/ids/{rid}/devices', { params: { path: onSurface(at) } }),
    ]);
    const { name, href, form } = about;
    return runForm(visit, {
      ...form(`リンクの発行：${name}`, `Issue a link for ${name}`),
      lead: t(
        'リンクは24時間有効で、1回だけ使えます。発行すると、以前のリンクは使えなくなります。',
        'It is good for 24 hours and works once. A former link is worth nothing then.',
      ),
      above: devices.items.length > 0 && (
        <Alert
          kind="info"
          title={t('このIDは端末を登録したことがあります。', 'This ID had a device before.')}
        >
          <p>
            {t(
              '利用者は、リンクに加えて、以前の端末のコードか回復コードを入力します。どちらも使えない場合は、本人であることを確認したうえで、',
              'Besides the link the user needs a code of that device or a recovery code. Where neither is at hand, make sure who asks and ',
            )}
            <a href={`${href}/links/identity-seen`}>
              {t('番号付きのリンクを発行してください', 'issue a link with a number')}
            </a>
            {t('。', '.')}
          </p>
        </Alert>
      ),
      fields: [emailField(t)],
      submit: t('リンクを発行する', 'Issue the link'),
      send: ({ email }) => this.send(visit, about, email ? { email } : {}),
    });
  }

  /** The administrator vouches for who asks (本人確認済み): a link and a number, which together do what the lost phone would. */
  @FormAt('links/identity-seen')
  @Weighty()
  @Access(inContract('ids', 'operator'))
  async issueToSeen(@Visited() visit: Signed, @Param() at: AtId): Promise<Answer> {
    const { t } = visit;
    const about = await aboutId(visit, at);
    const { name, href, form } = about;
    return runForm(visit, {
      ...form(`番号付きのリンクの発行：${name}`, `Issue a link with a number for ${name}`),
      lead: t(
        '以前の端末も回復コードも使えない利用者のためのリンクです。次の画面に表示する8桁の番号を、電話など、リンクとは別の方法で本人に伝えてください。',
        'For a user who has neither the former device nor a recovery code. Tell the eight digits of the next page by another way than the link.',
      ),
      fields: [
        {
          kind: 'multiline',
          name: 'identitySeen',
          label: t('本人確認の方法', 'How you made sure who asks'),
          hint: t(
            '例：社員証を対面で確認した。操作履歴に残ります。',
            'For example: saw the staff card in person. It goes on record.',
          ),
          required: true,
          max: 500,
        },
        emailField(t),
      ],
      submit: t('番号付きで発行する', 'Vouch for the user and issue'),
      back: { href: `${href}/links/new`, label: t('戻る', 'Back') },
      send: ({ email, identitySeen }) =>
        this.send(visit, about, {
          ...(email && { email }),
          identitySeen: identitySeen ?? '',
        }),
    });
  }

  private async send(
    visit: Signed,
    about: AboutId,
    body: { readonly email?: string; readonly identitySeen?: string },
  ): Promise<Page> {
    const issued = await visit.api.POST('/v1/contracts/{id}/ids/{rid}/enrolment-links', {
      params: { path: about.path },
      body,
    });
    return issuedPage(visit, issued, about);
  }

  @Post('links/:link/revoke')
  @Access(inContract('ids', 'operator'))
  async revoke(@Visited() { api }: Signed, @Param() at: AtLink): Promise<Answer> {
    await api.DELETE('/v1/contracts/{id}/ids/{rid}/enrolment-links/{link}', {
      params: { path: { ...onSurface(at), link: at.link } },
    });
    return redirect(`${idPath(at)}?done=revoked`);
  }

  @FormAt('release')
  @Access(inContract('ids', 'operator'))
  async release(@Visited() visit: Signed, @Param() at: AtId): Promise<Answer> {
    const { t, api } = visit;
    const { name, href, path, form } = await aboutId(visit, at);
    return runForm(visit, {
      ...form(`端末登録の停止の解除：${name}`, `Lift the stop of ${name}`),
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
      send: async (values) => {
        await api.POST('/v1/contracts/{id}/ids/{rid}/release', {
          params: { path },
          body: { reason: values['reason'] ?? '' },
        });
        return redirect(`${href}?done=released`);
      },
    });
  }
}

const emailField = (t: Told): Field => ({
  kind: 'email',
  name: 'email',
  label: t('利用者のメールアドレス', 'The user’s address'),
  hint: t(
    '入力すると、リンクは本人にだけ届きます。入力しない場合は画面に表示され、発行した人も開けることが記録されます。',
    'With it the link goes to the user alone. Without, it is shown here, and the record says that you could open it.',
  ),
});

function issuedPage(
  { t }: Signed,
  { url, number, expiresAt }: Schemas['IssuedLink'],
  { href, form }: AboutId,
): Page {
  const { title, page: around } = form('リンクを発行しました', 'The link was issued');
  return page({
    title,
    ...around,
    lead: <ValidUntil at={expiresAt} />,
    narrow: true,
    body: (
      <>
        {url === undefined ? (
          <Alert
            kind="info"
            title={t('リンクを利用者にメールで送りました。', 'It is on its way to the user.')}
          />
        ) : (
          <ShownOnce
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
          <ActionLink main href={href} label={t('IDに戻る', 'Back to the ID')} />
        </div>
      </>
    ),
  });
}
