import { Controller, Get, Param, Post } from '@nestjs/common';
import { Refusal } from '../../api/refusal.ts';
import { FormAt } from '../../forms/form-at.decorator.ts';
import type { Field } from '../../forms/field.ts';
import { FieldControl } from '../../forms/fields.tsx';
import { type Answer, page, redirect } from '../../pages/answer.ts';
import { Done } from '../../pages/layout.tsx';
import { linkPage, sentToken } from '../../pages/link-page.tsx';
import { Access, Visited } from '../../visit/access.decorator.ts';
import type { Visit } from '../../visit/visit.ts';
import { Visits } from '../../visit/visits.ts';
import { linkOver, userCookie } from './user-visit.ts';

/** How users come in: by a link, which they may have sent to them. */
@Controller('portal')
export class UserLinkController {
  constructor(private readonly visits: Visits) {}

  @Get('link')
  @Access('open')
  link(@Visited() visit: Visit): Answer {
    const { t } = visit;
    return linkPage(visit, {
      title: t('SmartKeyの利用者ページ', 'Your SmartKey page'),
      lead: t(
        '「続ける」を押すと、このブラウザーで手続きを始めます。',
        'Press “Continue” to go on in this browser.',
      ),
      notes: (
        <p>
          {t(
            'リンクは1回だけ使えます。スマートフォンの登録に使うブラウザーで続けてください。',
            'The link works once. Go on in the browser that you want to use.',
          )}
        </p>
      ),
      action: '/portal/link',
    });
  }

  @Post('link')
  @Access('open')
  async open(@Visited() visit: Visit): Promise<Answer> {
    const api = this.visits.as(visit, undefined);
    const opened = await api
      .POST('/v1/links/open', { body: { token: sentToken(visit) } })
      .catch((error: unknown) => {
        throw error instanceof Refusal && error.status === 410 ? linkOver(error) : error;
      });
    const next = opened.purpose === 'report' ? '/portal/self/report' : '/portal/self';
    return redirect(next, [userCookie(this.visits, opened.token)]);
  }

  /** One answer for all: whether there is such an ID is nobody's to learn here. */
  @FormAt('own-page/:contract')
  @Access('open')
  async ask(@Visited() visit: Visit, @Param('contract') contract: string): Promise<Answer> {
    const { t, form, request } = visit;
    const externalId = (form.get('externalId') ?? '').normalize('NFKC').trim();
    let asked = false;
    let fault: string | undefined;
    if (request.method === 'POST' && externalId === '') fault = t('IDを入力してください。', 'Enter your ID.');
    else if (request.method === 'POST') {
      try {
        await this.visits.as(visit, undefined).POST('/v1/links', { body: { contract, externalId } });
        asked = true;
      } catch (error) {
        if (!(error instanceof Refusal) || error.status !== 422) throw error;
        fault = t('IDの形式が正しくありません。', 'This is no ID.');
      }
    }
    const field: Field = { kind: 'text', name: 'externalId', label: 'ID', required: true, max: 256 };
    return page({
      title: t('ご自分のページ', 'Your own page'),
      section: 'none',
      ...(fault !== undefined && { status: 422 }),
      lead: t(
        '登録した端末の確認、スマートフォンの交換、回復コードの発行ができます。',
        'See your devices, replace your phone, make recovery codes.',
      ),
      narrow: true,
      body: asked ? (
        <Done
          text={t('受け付けました', 'Your request has come in')}
          details={t(
            'IDと確認済みのメールアドレスがあれば、15分間有効なリンクを送りました。届かない場合は、管理者にお問い合わせください。',
            'If there is such an ID with a confirmed address, a link is on its way there. It is good for 15 minutes.',
          )}
        />
      ) : (
        <form method="post" action={`/portal/own-page/${encodeURIComponent(contract)}`} novalidate>
          <FieldControl field={field} values={{ externalId }} fault={fault} />
          <div class="actions">
            <button type="submit">{t('リンクを送る', 'Send me a link')}</button>
          </div>
        </form>
      ),
    });
  }
}
