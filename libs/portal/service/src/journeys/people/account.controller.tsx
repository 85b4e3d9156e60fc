import { Controller, Get, Param, Post } from '@nestjs/common';
import { ActionLink } from '../../components/action-link.tsx';
import { Facts, Panel } from '../../components/table.tsx';
import { type Answer, page, redirect } from '../../pages/answer.ts';
import { Access, Visited } from '../../visit/access.decorator.ts';
import { anybody } from '../../visit/audiences.ts';
import { doneIn } from '../../visit/query.ts';
import { endSession } from '../../visit/sessions.ts';
import type { Signed } from '../../visit/visit.ts';
import { Sessions } from './sessions.tsx';
import { ContractLink, contractNames } from '../contracts/contract-names.tsx';
import { officeText, rightText } from './person-words.ts';

/** Who one is, and where one is signed in. */
@Controller('portal/account')
export class AccountController {
  @Get()
  @Access(anybody)
  async account(@Visited() visit: Signed): Promise<Answer> {
    const { t, me, api, query } = visit;
    const [{ items }, { person }, contracts] = await Promise.all([
      api.GET('/v1/sessions'),
      api.GET('/v1/me'),
      contractNames(visit, [me]),
    ]);
    return page({
      title: t('アカウント', 'Account'),
      section: 'none',
      done: doneIn(query, {
        ended: t('ログインを終了させました', 'The session was ended'),
        asked: t(
          '新しいメールアドレスに、確認のリンクを送りました',
          'A link to confirm it is on its way to the new address',
        ),
        confirmed: t('メールアドレスを確認しました', 'The address was confirmed'),
      }),
      actions: (
        <ActionLink main href="/portal/account/passkeys" label={t('ログインの方法', 'Ways to sign in')} />
      ),
      body: (
        <>
          <Facts
            facts={[
              [t('名前', 'Name'), me.name],
              [
                t('メールアドレス', 'E-mail'),
                <>
                  {person?.email}{' '}
                  <a href="/portal/account/email">{t('変更・確認する', 'Change or confirm it')}</a>
                </>,
              ],
              me.roles.length > 0 && [
                t('役割', 'Roles'),
                me.roles.map((role) => officeText(role, t)).join('、'),
              ],
              me.contract !== undefined && [
                t('契約', 'Contract'),
                <ContractLink id={me.contract} names={contracts} />,
              ],
              me.rights.length > 0 && [
                t('権限', 'Rights'),
                me.rights.map((right) => rightText(right, t)).join('、'),
              ],
            ]}
          />
          <Panel title={t('ログイン中の端末', 'Where you are signed in')}>
            <Sessions rows={items} endAt={({ id }) => `/portal/account/sessions/${id}/end`} />
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
