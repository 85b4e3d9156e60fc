import { Controller, Get, Param, Post } from '@nestjs/common';
import { ActionLink } from '../../components/action-link.tsx';
import type { Schemas } from '../../api/portal-api.ts';
import { Alert } from '../../components/alert.tsx';
import { StateBadge } from '../../components/badge.tsx';
import { ShownOnce } from '../../components/shown-once.tsx';
import { At } from '../../components/time.tsx';
import { Facts, Table } from '../../components/table.tsx';
import { NoRows } from '../../components/no-rows.tsx';
import { FormAt } from '../../forms/form-at.decorator.ts';
import { runForm } from '../../forms/form-flow.tsx';
import { type Answer, page, type Page } from '../../pages/answer.ts';
import { Access, Visited, Weighty } from '../../visit/access.decorator.ts';
import { inContract } from '../../visit/audiences.ts';
import type { OfficeRole, Right } from '../../visit/me.ts';
import { pageIn, doneIn } from '../../visit/query.ts';
import type { Signed } from '../../visit/visit.ts';
import { officeText, type Person, rightText, STANDING } from './person-words.ts';
import { mayField, type Side, sideOf, whoFields } from './people-side.ts';
import type { Named } from '../../visit/named.ts';

type Invited = Schemas['Invited'];

type AtPerson = Partial<Named<'contract'>> & Named<'person'>;

/** People, what they may do, and their invitations; those of a contract, and those of the operator's side. */
@Controller(['portal/people', 'portal/contracts/:contract/people'])
@Access(inContract('administer', 'operator'))
export class PeopleController {
  @Get()
  async list(@Visited() visit: Signed, @Param('contract') id: string | undefined): Promise<Answer> {
    const side = await sideOf(visit, id);
    const { t, api, query } = visit;
    const page50 = { ...pageIn(query) };
    const { items, nextCursor } = await (side.contract === undefined
      ? api.GET('/v1/people', { params: { query: page50 } })
      : api.GET('/v1/contracts/{id}/people', { params: { path: { id: side.contract }, query: page50 } }));
    const title = t('担当者', 'People');
    return page({
      ...side.about,
      title,
      lead: t('画面を使う人です。1人ずつ招待します。', 'Who uses these pages; each is invited.'),
      done: doneIn(query, {
        changed: t('担当者の情報を変更しました', 'The person was changed'),
        left: t('担当者を離任させました', 'The person has left'),
        sent: t('リンクをメールで送ります', 'The link goes out by mail'),
        asked: t(
          '依頼を記録しました。24時間以内に別の運用者が同じ依頼をすると、リンクを送ります',
          'It is noted. Once another operator asks as well, within 24 hours, the link goes out',
        ),
      }),
      actions: (
        <>
          <ActionLink main href={`${side.at}/people/new`} label={t('担当者を招待する', 'Invite somebody')} />
          <ActionLink href={`${side.at}/keys`} label={t('キー', 'Keys')} />
        </>
      ),
      body: (
        <Table<Person>
          caption={title}
          rows={items}
          nextCursor={nextCursor}
          empty={
            <NoRows
              why={t('担当者はまだいません。', 'There is nobody yet.')}
              href={`${side.at}/people/new`}
              act={t('最初の担当者を招待する', 'Invite the first')}
            />
          }
          columns={[
            {
              head: t('名前', 'Name'),
              names: true,
              cell: ({ id, name }) => <a href={`${side.at}/people/${id}`}>{name}</a>,
            },
            { head: t('メールアドレス', 'E-mail'), cell: ({ email }) => email },
            {
              head: t('状態', 'State'),
              cell: ({ status }) => <StateBadge of={STANDING[status]} />,
            },
            {
              head: side.contract === undefined ? t('役割', 'Roles') : t('権限', 'Rights'),
              cell: ({ roles, rights }) =>
                [
                  ...(roles ?? []).map((role) => officeText(role, t)),
                  ...(rights ?? []).map((right) => rightText(right, t)),
                ].join('、'),
            },
          ]}
        />
      ),
    });
  }

  @FormAt('new')
  @Weighty()
  async invite(@Visited() visit: Signed, @Param('contract') id: string | undefined): Promise<Answer> {
    const side = await sideOf(visit, id);
    const { t, api } = visit;
    return runForm(visit, {
      title: t('担当者の招待', 'Invite somebody'),
      lead: t(
        '24時間有効な招待のリンクを1回だけ発行します。',
        'A link that lasts 24 hours and lets in once.',
      ),
      initial: { may: side.contract === undefined ? 'operator' : 'read' },
      fields: [...whoFields(t), mayField(visit, side)],
      submit: t('招待する', 'Invite'),
      page: { ...side.about, trail: [{ href: `${side.at}/people`, label: t('担当者', 'People') }] },
      send: async (values) => {
        const who = { name: values['name']!, email: values['email']! };
        const may = values['may']!.split(',');
        const invited = await (side.contract === undefined
          ? api.POST('/v1/people', { body: { ...who, roles: may as OfficeRole[] } })
          : api.POST('/v1/contracts/{id}/people', {
              params: { path: { id: side.contract } },
              body: { ...who, rights: may as Right[] },
            }));
        return invitedPage(visit, side, invited);
      },
    });
  }

  @Post(':person/invitation')
  @Weighty()
  async inviteAgain(
    @Visited() visit: Signed,
    @Param() { contract: id, person: pid }: AtPerson,
  ): Promise<Answer> {
    const side = await sideOf(visit, id);
    const invited = await (side.contract === undefined
      ? visit.api.POST('/v1/people/{pid}/invitation', { params: { path: { pid } } })
      : visit.api.POST('/v1/contracts/{id}/people/{pid}/invitation', {
          params: { path: { id: side.contract, pid } },
        }));
    return invitedPage(visit, side, invited);
  }
}

/** Where no mails are sent the link is shown to who invites; the page says what that means. */
function invitedPage({ t }: Signed, side: Side, invited: Invited): Page {
  const { invitation } = invited;
  return page({
    ...side.about,
    title: t('招待しました', 'Invited'),
    lead: invited.name,
    narrow: true,
    body: (
      <>
        {invitation?.url === undefined ? (
          <Alert
            kind="success"
            title={t(`招待のメールを${invited.email}に送ります。`, `An invitation goes to ${invited.email}.`)}
          />
        ) : (
          <ShownOnce
            id="invitation-link"
            title={t('このリンクは今だけ表示されます。', 'This link is shown only now.')}
            what={t(
              'メールを送る設定がないため、リンクを表示しています。リンクを知る人は本人として入れるので、本人だけに安全な方法で渡してください。あなたに表示したことは記録されています。',
              'No mails are sent here. Whoever has the link can come in as that person: hand it to them alone. It is recorded that you saw it.',
            )}
            secret={invitation.url}
          />
        )}
        <Facts
          facts={[
            [t('メールアドレス', 'E-mail'), invited.email],
            invitation !== undefined && [t('有効期限', 'Valid until'), <At at={invitation.expiresAt} />],
          ]}
        />
        <ActionLink main href={`${side.at}/people`} label={t('一覧へ戻る', 'Back to the list')} />
      </>
    ),
  });
}
