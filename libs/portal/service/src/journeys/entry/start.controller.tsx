import { Controller, Get } from '@nestjs/common';
import { ActionLink } from '../../components/action-link.tsx';
import { Badge } from '../../components/badge.tsx';
import { type Answer, page, redirect } from '../../pages/answer.ts';
import { Access, Visited } from '../../visit/access.decorator.ts';
import { anybody, only } from '../../visit/audiences.ts';
import { hasRole, isOffice } from '../../visit/me.ts';
import type { Signed } from '../../visit/visit.ts';

interface Step {
  readonly done: boolean;
  readonly title: string;
  readonly why: string;
  readonly href: string;
  readonly act: string;
}

/** Where somebody comes in, and what is still missing at the beginning. */
@Controller('portal')
export class StartController {
  /** `/portal` itself: each to their own first page. */
  @Get()
  @Access(anybody)
  home(@Visited() { me }: Signed): Answer {
    if (!isOffice(me))
      return redirect(me.contract === undefined ? '/portal/account' : `/portal/contracts/${me.contract}`);
    return redirect(
      hasRole(me, 'operator')
        ? '/portal/todo'
        : hasRole(me, 'finance')
          ? '/portal/invoices'
          : '/portal/audit',
    );
  }

  /** はじめに: computed from what is missing, nothing is ticked off by hand. */
  @Get('start')
  @Access(only('operator'))
  async start(@Visited() visit: Signed): Promise<Answer> {
    const { t, api, sandbox } = visit;
    const [issuers, contracts, inService, people, mails] = await Promise.all([
      api.GET('/v1/billing/issuer', { params: { query: { limit: 50 } } }),
      api.GET('/v1/contracts', { params: { query: { limit: 1 } } }),
      api.GET('/v1/contracts', { params: { query: { limit: 1, status: 'in-service' } } }),
      api.GET('/v1/people', { params: { query: { limit: 2 } } }),
      api.GET('/v1/mails', { params: { query: { limit: 1 } } }),
    ]);
    const issuer = issuers.items.at(-1);
    const steps: readonly Step[] = [
      {
        done: people.items.length > 1,
        title: t('担当者を招待する', 'Invite the others'),
        why: t(
          '返還などの承認には、別の担当者が必要です。',
          'Approvals, of credit notes for example, take two persons.',
        ),
        href: '/portal/people/new',
        act: t('担当者を招待する', 'Invite somebody'),
      },
      {
        done: issuer !== undefined && issuer.registrationNumber !== null,
        title: t('発行者と登録番号を設定する', 'Set the issuer and its registration number'),
        why: t(
          '2023年10月分からの請求書（適格請求書）に必要です。',
          'Invoices of months from 2023-10 need it.',
        ),
        href: '/portal/settings/issuer',
        act: t('発行者を設定する', 'Set the issuer'),
      },
      {
        done: mails.by === 'server',
        title: t('メールサーバーを設定する', 'Set a mail server'),
        why: t(
          '招待・お知らせ・請求書をメールで送ります。サーバーの設定（SMARTKEY_SMTP_URL）で指定し、起動し直します。それまでは、招待のリンクが招待した人に表示され、メールはデータフォルダーにファイルで残ります。',
          'Invitations, notices and invoices go by mail. Set SMARTKEY_SMTP_URL on the server and start it again. Until then links of invitations are shown to who invites, and mails lie in the data folder.',
        ),
        href: '/portal/mails',
        act: t('メールの一覧を見る', 'See the mails'),
      },
      {
        done: contracts.items.length > 0,
        title: t('最初の申し込みを登録する', 'Enter the first application'),
        why: t(
          '契約者名とIIJ IDサービスの契約番号を入力します（第3条）。',
          'The contractor’s name and its IIJ ID contract (第3条).',
        ),
        href: '/portal/contracts/new',
        act: t('申し込みを登録する', 'Enter an application'),
      },
      {
        done: inService.items.length > 0,
        title: t('承諾し、料金を提示する', 'Accept it, and quote prices'),
        why: t(
          '承諾・課金開始日・料金の3つがそろうと、請求できます（第7条・別紙1）。',
          'With acceptance, billing start and prices it can be billed (第7条, 別紙1).',
        ),
        href: '/portal/todo',
        act: t('対応待ちを見る', 'See what waits'),
      },
    ];
    const left = steps.filter(({ done }) => !done).length;
    return page({
      title: t('はじめに', 'First steps'),
      section: 'todo',
      lead:
        left === 0
          ? t('準備は終わっています。', 'Everything is set up.')
          : t(`あと${left}つで準備が終わります。`, `${left} steps are left.`),
      narrow: true,
      body: (
        <>
          <ol class="check">
            {steps.map(({ done, title: what, why, href, act }) => (
              <li key={href}>
                <Badge tone={done ? 'good' : 'busy'} text={done ? t('済み', 'Done') : t('未了', 'To do')} />
                <div>
                  <h2>{what}</h2>
                  <p>{why}</p>
                  {!done && <ActionLink main href={href} label={act} />}
                </div>
              </li>
            ))}
          </ol>
          {sandbox && (
            <p>
              <a href="/portal/sandbox">
                {t(
                  'お試し環境では、デモの2か月をボタン一つで作れます。',
                  'On the sandbox, a button makes the demo’s two months.',
                )}
              </a>
            </p>
          )}
        </>
      ),
    });
  }
}
