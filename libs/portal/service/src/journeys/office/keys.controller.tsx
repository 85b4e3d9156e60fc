import { Controller, Get, Param, Post } from '@nestjs/common';
import { ActionLink } from '../../components/action-link.tsx';
import type { Schemas } from '../../api/portal-api.ts';
import { Badge } from '../../components/badge.tsx';
import { ShownOnce } from '../../components/shown-once.tsx';
import { At } from '../../components/time.tsx';
import { Table } from '../../components/table.tsx';
import { NoRows } from '../../components/no-rows.tsx';
import { FormAt } from '../../forms/form-at.decorator.ts';
import type { Field, Values } from '../../forms/field.ts';
import { ActionButton, runForm } from '../../forms/form-flow.tsx';
import { type Answer, page, type Page, redirect } from '../../pages/answer.ts';
import { Access, Visited, Weighty } from '../../visit/access.decorator.ts';
import { inContract } from '../../visit/audiences.ts';
import { called } from '../../visit/language.ts';
import { pageIn, doneIn } from '../../visit/query.ts';
import type { Signed } from '../../visit/visit.ts';
import { contractPath } from '../contracts/contract-words.tsx';
import { type Side, sideOf } from '../people/people-side.ts';
import type { Named } from '../../visit/named.ts';

type KeyRecord = Schemas['KeyRecord'];

const roleText = called<KeyRecord['role']>({
  operator: ['運用', 'Operator'],
  finance: ['経理', 'Finance'],
  auditor: ['監査', 'Auditor'],
  contractor: ['契約者', 'Contractor'],
  'service-provider': ['サービス連携', 'Service provider'],
});

type AtKey = Partial<Named<'contract'>> & Named<'key'>;

/** Access keys for programs, of one contract and of the operator's side. */
@Controller(['portal/keys', 'portal/contracts/:contract/keys'])
@Access(inContract('administer', 'operator'))
export class KeysController {
  @Get()
  async list(@Visited() visit: Signed, @Param('contract') id: string | undefined): Promise<Answer> {
    const { api, query, t } = visit;
    const asked = pageIn(query);
    const [{ at, about }, keys] = await Promise.all([
      sideOf(visit, id),
      id === undefined
        ? api.GET('/v1/keys', { params: { query: asked } })
        : api.GET('/v1/contracts/{id}/keys', { params: { path: { id }, query: asked } }),
    ]);
    const people = { href: `${at}/people`, label: t('担当者', 'People') };
    return keysPage(visit, keys, `${at}/keys`, { ...about, trail: about.trail ?? [people] });
  }

  @FormAt('new')
  @Weighty()
  async make(@Visited() visit: Signed, @Param('contract') id: string | undefined): Promise<Answer> {
    const { api } = visit;
    const side = await sideOf(visit, id);
    return makeKey(visit, side, (role, rest) =>
      id === undefined
        ? api.POST('/v1/keys', { body: { role: role as 'operator', ...rest } })
        : api.POST('/v1/contracts/{id}/keys', {
            params: { path: { id } },
            body: { role: role as 'contractor', ...rest },
          }),
    );
  }

  @Post(':key/revocation')
  @Weighty()
  async revoke(@Visited() { api }: Signed, @Param() { contract, key: kid }: AtKey): Promise<Answer> {
    await api.DELETE('/v1/keys/{kid}', { params: { path: { kid } } });
    return redirect(`${contract === undefined ? '/portal' : contractPath(contract)}/keys?done=revoked`);
  }
}

const nameAndExpiry = (values: Values) => ({
  ...(values['name'] && { name: values['name'] }),
  ...(values['allowedNetworks'] && {
    allowedNetworks: values['allowedNetworks'].split(/[\s,、]+/).filter(Boolean),
  }),
  // The end of the day in Japan.
  ...(values['expiresOn'] && { expiresAt: `${values['expiresOn']}T23:59:59+09:00` }),
});

function keysPage(
  visit: Signed,
  { items, nextCursor }: { readonly items: readonly KeyRecord[]; readonly nextCursor: string | null },
  at: string,
  about: Side['about'],
): Page {
  const { t, query, now } = visit;
  const title = t('キー', 'Keys');
  const stateOf = ({ revokedAt, expiresAt }: KeyRecord) =>
    revokedAt !== null ? 'revoked' : expiresAt !== null && expiresAt <= now ? 'expired' : 'valid';
  return page({
    ...about,
    title,
    lead: t('プログラムからAPIを使うためのキーです。', 'Keys for programs that call the API.'),
    done: doneIn(query, { revoked: t('キーを取り消しました', 'The key was revoked') }),
    actions: <ActionLink main href={`${at}/new`} label={t('キーを発行する', 'Make a key')} />,
    body: (
      <Table<KeyRecord>
        caption={title}
        rows={items}
        nextCursor={nextCursor}
        empty={
          <NoRows
            why={t('キーはまだありません。', 'There is no key yet.')}
            href={`${at}/new`}
            act={t('キーを発行する', 'Make one')}
          />
        }
        columns={[
          { head: t('名前', 'Name'), names: true, cell: ({ name, id }) => name ?? <code>{id}</code> },
          { head: t('役割', 'Role'), cell: ({ role }) => roleText(role, t) },
          { head: t('先頭', 'Begins with'), cell: ({ prefix }) => <code>{prefix}…</code> },
          {
            head: t('状態', 'State'),
            cell: (key) =>
              ({
                valid: <Badge tone="good" text={t('有効', 'Valid')} />,
                expired: <Badge tone="quiet" text={t('期限切れ', 'Expired')} />,
                revoked: <Badge tone="quiet" text={t('取り消し済み', 'Revoked')} />,
              })[stateOf(key)],
          },
          { head: t('発行', 'Made'), cell: ({ createdAt }) => <At at={createdAt} /> },
          {
            head: t('期限', 'Expires'),
            cell: ({ expiresAt }) => (expiresAt === null ? t('なし', 'Never') : <At at={expiresAt} />),
          },
          {
            head: t('許可する接続元', 'Allowed networks'),
            cell: ({ allowedNetworks }) =>
              allowedNetworks.length === 0
                ? t('制限なし', 'Everywhere')
                : allowedNetworks.join(t('、', ', ')),
          },
          {
            head: t('最終利用', 'Last used'),
            cell: ({ lastUsedAt }) => (lastUsedAt === null ? t('なし', 'Never') : <At at={lastUsedAt} />),
          },
          {
            head: t('操作', 'Actions'),
            cell: (key) =>
              stateOf(key) === 'valid' && (
                <ActionButton
                  action={`${at}/${key.id}/revocation`}
                  label={t('取り消す', 'Revoke')}
                  kind="danger"
                />
              ),
          },
        ]}
      />
    ),
  });
}

function makeKey(
  visit: Signed,
  side: Side,
  make: (role: KeyRecord['role'], rest: ReturnType<typeof nameAndExpiry>) => Promise<Schemas['CreatedKey']>,
): Promise<Answer> {
  const { t } = visit;
  const at = `${side.at}/keys`;
  const about = { ...side.about, trail: [{ href: at, label: t('キー', 'Keys') }] };
  const roles: readonly KeyRecord['role'][] =
    side.contract === undefined ? ['operator', 'finance', 'auditor'] : ['contractor', 'service-provider'];
  const fields: readonly Field[] = [
    {
      kind: 'choice',
      name: 'role',
      label: t('役割', 'Role'),
      required: true,
      options: roles.map((value) => ({ value, label: roleText(value, t) })),
    },
    {
      kind: 'text',
      name: 'name',
      label: t('名前', 'Name'),
      max: 100,
      hint: t('どのプログラムが使うかがわかる名前にします。', 'Which program uses it.'),
    },
    { kind: 'day', name: 'expiresOn', label: t('有効期限', 'Valid until') },
    {
      kind: 'text',
      name: 'allowedNetworks',
      label: t('許可する接続元', 'Allowed networks'),
      max: 1000,
      hint: t(
        'このキーを使えるネットワークです。例：203.0.113.0/24、2001:db8::/32。複数のときは空白で区切ります。入力しないと制限しません。',
        'From where the key is taken, 203.0.113.0/24 or 2001:db8::/32 for example, with blanks between. Leave it for everywhere.',
      ),
    },
  ];
  return runForm(visit, {
    title: t('キーの発行', 'Make a key'),
    initial: { role: roles[0]! },
    fields,
    submit: t('発行する', 'Make the key'),
    page: about,
    send: async (values) => {
      const made = await make(values['role'] as KeyRecord['role'], nameAndExpiry(values));
      return page({
        ...about,
        title: t('キーを発行しました', 'The key was made'),
        lead: made.name ?? made.id,
        narrow: true,
        body: (
          <ShownOnce
            id="made-key"
            title={t('このキーは今だけ表示されます。', 'This key is shown only now.')}
            what={t(
              '安全な場所に保管してください。失くした場合は取り消して、新しく発行します。',
              'Keep it in a safe place. If it is lost, revoke it and make another.',
            )}
            secret={made.key}
          >
            <ActionLink main href={at} label={t('一覧へ戻る', 'Back to the list')} />
          </ShownOnce>
        ),
      });
    },
  });
}
