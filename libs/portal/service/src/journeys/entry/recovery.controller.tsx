import { Controller, Get, Post } from '@nestjs/common';
import { ActionLink } from '../../components/action-link.tsx';
import { Alert } from '../../components/alert.tsx';
import { FormAt } from '../../forms/form-at.decorator.ts';
import { runForm } from '../../forms/form-flow.tsx';
import { type Answer, page } from '../../pages/answer.ts';
import { linkPage, sentToken } from '../../pages/link-page.tsx';
import { Access, Visited } from '../../visit/access.decorator.ts';
import { sessionCookieName, setCookie } from '../../visit/cookies.ts';
import { sessionForRecovery } from '../../visit/sessions.ts';
import type { Visit } from '../../visit/visit.ts';
import { RecoveryCodeShown } from '../people/recovery-code-shown.tsx';
import { Visits } from '../../visit/visits.ts';

/** Getting back in: with the saved code a link is asked for, and the link lets in, once. */
@Controller('portal')
export class RecoveryController {
  constructor(private readonly visits: Visits) {}

  @FormAt('recovery-code')
  @Access('open')
  ask(@Visited() visit: Visit): Promise<Answer> {
    const { t, api } = visit;
    return runForm(visit, {
      title: t('ログインできないとき', 'You cannot sign in?'),
      lead: t(
        '保管している回復コードが正しければ、登録されたメールアドレスにリンクを送ります。',
        'Where the recovery code that you kept is right, a link goes to your address.',
      ),
      above: (
        <p>
          {t(
            '回復コードがない場合は、ほかの管理者に、リンクを送るよう依頼してください。',
            'Without it, ask another administrator to have a link sent to you.',
          )}
        </p>
      ),
      fields: [
        { kind: 'email', name: 'email', label: t('メールアドレス', 'E-mail'), required: true, max: 254 },
        {
          kind: 'text',
          name: 'code',
          label: t('回復コード', 'Recovery code'),
          required: true,
          max: 64,
          hint: t('例：7k2mq-x4d9w-…', 'As it was shown: 7k2mq-x4d9w-…'),
        },
      ],
      submit: t('リンクを送る', 'Send the link'),
      back: { href: '/portal/sign-in', label: t('ログインへ戻る', 'Back to the sign-in') },
      page: { section: 'none' },
      send: async (values) => {
        const { email, code } = values;
        await api.POST('/v1/sign-in/recovery', {
          body: { email: email!, code: code!.normalize('NFKC').replace(/\s/g, '').toLowerCase() },
        });
        return page({
          title: t('受け付けました', 'Received'),
          section: 'none',
          narrow: true,
          body: (
            <>
              <Alert
                kind="info"
                title={t(
                  'メールアドレスと回復コードが正しければ、まもなくメールが届きます。',
                  'Where address and code are right, a mail arrives shortly.',
                )}
                details={t(
                  'メールのリンクは24時間、1回だけ使えます。届かないときは、入力した内容を確かめてください。試せるのは1時間に5回までです。',
                  'Its link works once within 24 hours. If none arrives, check what you entered; five tries an hour.',
                )}
              />
              <ActionLink href="/portal/recovery-code" label={t('もう一度入力する', 'Enter it again')} />
            </>
          ),
        });
      },
    });
  }

  @Get('recovery')
  @Access('open')
  link(@Visited() visit: Visit): Answer {
    const { t } = visit;
    return linkPage(visit, {
      title: t('ログイン方法の再設定', 'Set your ways in anew'),
      lead: t(
        '「続ける」を押すとログインし、新しいパスキーを登録できます。',
        'Press “Continue” to sign in and to add a new passkey.',
      ),
      notes: (
        <Alert
          kind="warning"
          title={t(
            'これまでのパスキー、会社のアカウント、ログイン中のセッションはすべて終わります。',
            'All former passkeys, accounts and sessions end.',
          )}
          details={t('このリンクは1回だけ使えます。', 'The link works once.')}
        />
      ),
      action: '/portal/recovery',
    });
  }

  @Post('recovery')
  @Access('open')
  async redeem(@Visited() visit: Visit): Promise<Answer> {
    const { t, api } = visit;
    const { token, recoveryCode } = await sessionForRecovery(api, sentToken(visit));
    const { publicUrl } = this.visits;
    return page({
      title: t('ログインしました', 'You are in again'),
      section: 'none',
      cookies: [setCookie(publicUrl, sessionCookieName(publicUrl), token)],
      narrow: true,
      body: (
        <RecoveryCodeShown code={recoveryCode}>
          <ActionLink main href="/portal/account/passkeys" label={t('パスキーを登録する', 'Add a passkey')} />
        </RecoveryCodeShown>
      ),
    });
  }
}
