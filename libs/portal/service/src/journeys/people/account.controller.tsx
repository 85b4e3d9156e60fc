import { Controller, Get, Param, Post } from '@nestjs/common';
import { ok, type Schemas } from '../../api/portal-api.ts';
import { Badge } from '../../components/badge.tsx';
import { At } from '../../components/time.tsx';
import { Facts, Panel, Table } from '../../components/table.tsx';
import { ActionButton } from '../../forms/form-flow.tsx';
import { type Answer, page, redirect } from '../../pages/answer.ts';
import { Done, Heading } from '../../pages/layout.tsx';
import { Access, Visited } from '../../visit/access.decorator.ts';
import { anybody } from '../../visit/audiences.ts';
import { endSession } from '../../visit/sessions.ts';
import type { Signed } from '../../visit/visit.ts';
import { METHODS, officeText, rightText } from './person-words.ts';

type Session = Schemas['Session'];

/** Who one is, and where one is signed in. */
@Controller('portal/account')
export class AccountController {
  @Get()
  @Access(anybody)
  async account(@Visited() visit: Signed): Promise<Answer> {
    const { t, me, api, language, query } = visit;
    const { items } = await ok(api.GET('/v1/sessions'));
    const title = t('アカウント', 'Account');
    return page({
      title,
      section: 'none',
      body: (
        <>
          {query.get('done') === 'ended' && (
            <Done text={t('ログインを終了させました', 'The session was ended')} />
          )}
          <Heading title={title}>
            <a class="button" href="/portal/account/passkeys">
              {t('ログインの方法', 'Ways to sign in')}
            </a>
          </Heading>
          <Facts
            facts={[
              [t('名前', 'Name'), me.name],
              me.roles.length > 0 && [
                t('役割', 'Roles'),
                me.roles.map((role) => officeText(role, t)).join('、'),
              ],
              me.contract !== undefined && [
                t('契約', 'Contract'),
                me.rights.includes('read') ? (
                  <a href={`/portal/contracts/${me.contract}`}>{me.contract}</a>
                ) : (
                  me.contract
                ),
              ],
              me.rights.length > 0 && [
                t('権限', 'Rights'),
                me.rights.map((right) => rightText(right, t)).join('、'),
              ],
            ]}
          />
          <Panel title={t('ログイン中の端末', 'Where you are signed in')}>
            <Table<Session>
              caption={t('ログイン中の端末', 'Where you are signed in')}
              rows={items}
              empty={<p>{t('ありません。', 'Nowhere.')}</p>}
              columns={[
                {
                  head: t('開始', 'Since'),
                  names: true,
                  cell: ({ createdAt }) => <At at={createdAt} language={language} />,
                },
                { head: t('方法', 'By'), cell: ({ method }) => t(...METHODS[method]) },
                {
                  head: t('最後の操作', 'Last seen'),
                  cell: ({ lastSeenAt }) => <At at={lastSeenAt} language={language} />,
                },
                {
                  head: t('期限', 'Until'),
                  cell: ({ expiresAt }) => <At at={expiresAt} language={language} />,
                },
                {
                  head: t('操作', 'Actions'),
                  cell: ({ id, current }) =>
                    current ? (
                      <Badge tone="good" text={t('この画面', 'This one')} />
                    ) : (
                      <ActionButton
                        visit={visit}
                        action={`/portal/account/sessions/${id}/end`}
                        label={t('終了させる', 'End it')}
                      />
                    ),
                },
              ]}
            />
          </Panel>
        </>
      ),
    });
  }

  @Post('sessions/:session/end')
  @Access(anybody)
  async end(@Visited() visit: Signed, @Param('session') session: string): Promise<Answer> {
    await endSession(visit.api, session);
    return redirect('/portal/account?done=ended');
  }
}
