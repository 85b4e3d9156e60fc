import { Controller, Get, Param, Post } from '@nestjs/common';
import { ok, type Schemas } from '../../api/portal-api.ts';
import { Badge } from '../../components/badge.tsx';
import { ShownOnce } from '../../components/shown-once.tsx';
import { At } from '../../components/time.tsx';
import { Pager, Table } from '../../components/table.tsx';
import { FormAt } from '../../forms/form-at.decorator.ts';
import type { Field, Values } from '../../forms/field.ts';
import { ActionButton, runForm } from '../../forms/form-flow.tsx';
import { type Answer, page, type Page, redirect } from '../../pages/answer.ts';
import { Done, Heading } from '../../pages/layout.tsx';
import { Access, Visited, Weighty } from '../../visit/access.decorator.ts';
import { inContract, only } from '../../visit/audiences.ts';
import type { Told } from '../../visit/language.ts';
import { cursorIn } from '../../visit/query.ts';
import type { Signed } from '../../visit/visit.ts';
import { contractPath, ofContract, readContract } from '../contracts/contract-words.tsx';

type KeyRecord = Schemas['KeyRecord'];

const ROLE: Readonly<Record<KeyRecord['role'], readonly [string, string]>> = {
  operator: ['運用', 'Operator'],
  finance: ['経理', 'Finance'],
  auditor: ['監査', 'Auditor'],
  contractor: ['契約者', 'Contractor'],
  'service-provider': ['サービス連携', 'Service provider'],
};

const roleText = (role: KeyRecord['role'], t: Told): string => t(...ROLE[role]);

/** Access keys for programs, of one contract and of the operator's side. */
@Controller('portal')
export class KeysController {
  @Get('contracts/:contract/keys')
  @Access(inContract('administer', 'operator'))
  async ofContract(@Visited() visit: Signed, @Param('contract') id: string): Promise<Answer> {
    const { api, query, t } = visit;
    const [contract, keys] = await Promise.all([
      readContract(visit, id),
      ok(
        api.GET('/v1/contracts/{id}/keys', {
          params: { path: { id }, query: { limit: 50, ...cursorIn(query) } },
        }),
      ),
    ]);
    return keysPage(visit, keys, `${contractPath(id)}/keys`, {
      title: t('キー', 'Keys'),
      section: 'keys',
      trail: [{ href: `${contractPath(id)}/people`, label: t('担当者', 'People') }],
      ...ofContract(contract),
    });
  }

  @FormAt('contracts/:contract/keys/new')
  @Weighty()
  @Access(inContract('administer', 'operator'))
  async makeForContract(@Visited() visit: Signed, @Param('contract') id: string): Promise<Answer> {
    const contract = await readContract(visit, id);
    const about = { section: 'keys', ...ofContract(contract) } as const;
    return makeKey(visit, `${contractPath(id)}/keys`, ['contractor', 'service-provider'], about, (values) =>
      ok(
        visit.api.POST('/v1/contracts/{id}/keys', {
          params: { path: { id } },
          body: { role: values['role'] as 'contractor', ...nameAndExpiry(values) },
        }),
      ),
    );
  }

  @Post('contracts/:contract/keys/:key/revocation')
  @Weighty()
  @Access(inContract('administer', 'operator'))
  async revokeOfContract(
    @Visited() visit: Signed,
    @Param('contract') id: string,
    @Param('key') kid: string,
  ): Promise<Answer> {
    await ok(
      visit.api.DELETE('/v1/keys/{kid}', {
        params: { path: { kid } },
      }),
    );
    return redirect(`${contractPath(id)}/keys?done=revoked`);
  }

  @Get('keys')
  @Access(only('operator'))
  async list(@Visited() visit: Signed): Promise<Answer> {
    const { api, query, t } = visit;
    const keys = await ok(api.GET('/v1/keys', { params: { query: { limit: 50, ...cursorIn(query) } } }));
    return keysPage(visit, keys, '/portal/keys', {
      title: t('キー', 'Keys'),
      section: 'settings',
      trail: [{ href: '/portal/settings', label: t('設定', 'Settings') }],
    });
  }

  @FormAt('keys/new')
  @Weighty()
  @Access(only('operator'))
  make(@Visited() visit: Signed): Promise<Answer> {
    return makeKey(
      visit,
      '/portal/keys',
      ['operator', 'finance', 'auditor'],
      { section: 'settings' },
      (values) =>
        ok(
          visit.api.POST('/v1/keys', {
            body: { role: values['role'] as 'operator', ...nameAndExpiry(values) },
          }),
        ),
    );
  }

  @Post('keys/:key/revocation')
  @Weighty()
  @Access(only('operator'))
  async revoke(@Visited() visit: Signed, @Param('key') kid: string): Promise<Answer> {
    await ok(
      visit.api.DELETE('/v1/keys/{kid}', {
        params: { path: { kid } },
      }),
    );
    return redirect('/portal/keys?done=revoked');
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
  about: Pick<Page, 'title' | 'section' | 'contract' | 'trail'>,
): Page {
  const { t, language, query, path, now } = visit;
  const stateOf = ({ revokedAt, expiresAt }: KeyRecord) =>
    revokedAt !== null ? 'revoked' : expiresAt !== null && expiresAt <= now ? 'expired' : 'valid';
  return page({
    ...about,
    body: (
      <>
        {query.get('done') === 'revoked' && <Done text={t('キーを取り消しました', 'The key was revoked')} />}
        <Heading
          title={about.title}
          lead={t('プログラムからAPIを使うためのキーです。', 'Keys for programs that call the API.')}
        >
          <a class="button" href={`${at}/new`}>
            {t('キーを発行する', 'Make a key')}
          </a>
        </Heading>
        <Table<KeyRecord>
          caption={about.title}
          rows={items}
          empty={
            <p>
              {t('キーはまだありません。', 'There is no key yet.')}{' '}
              <a href={`${at}/new`}>{t('キーを発行する', 'Make one')}</a>
            </p>
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
            { head: t('発行', 'Made'), cell: ({ createdAt }) => <At at={createdAt} language={language} /> },
            {
              head: t('期限', 'Expires'),
              cell: ({ expiresAt }) =>
                expiresAt === null ? t('なし', 'Never') : <At at={expiresAt} language={language} />,
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
              cell: ({ lastUsedAt }) =>
                lastUsedAt === null ? t('なし', 'Never') : <At at={lastUsedAt} language={language} />,
            },
            {
              head: t('操作', 'Actions'),
              cell: (key) =>
                stateOf(key) === 'valid' && (
                  <ActionButton
                    visit={visit}
                    action={`${at}/${key.id}/revocation`}
                    label={t('取り消す', 'Revoke')}
                    kind="danger"
                  />
                ),
            },
          ]}
        />
        <Pager t={t} path={path} query={query} nextCursor={nextCursor} />
      </>
    ),
  });
}

function makeKey(
  visit: Signed,
  at: string,
  roles: readonly KeyRecord['role'][],
  about: Pick<Page, 'section' | 'contract'>,
  make: (values: Values) => Promise<Schemas['CreatedKey']>,
): Promise<Answer> {
  const { t } = visit;
  const trail = [{ href: at, label: t('キー', 'Keys') }];
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
    back: { href: at, label: t('戻る', 'Back') },
    page: { ...about, trail },
    send: async (values) => {
      const made = await make(values);
      const title = t('キーを発行しました', 'The key was made');
      return page({
        ...about,
        trail,
        title,
        body: (
          <div class="narrow">
            <Heading title={title} lead={made.name ?? made.id} />
            <ShownOnce
              t={t}
              id="made-key"
              title={t('このキーは今だけ表示されます。', 'This key is shown only now.')}
              what={t(
                '安全な場所に保管してください。失くした場合は取り消して、新しく発行します。',
                'Keep it in a safe place. If it is lost, revoke it and make another.',
              )}
              secret={made.key}
            >
              <a class="button" href={at}>
                {t('一覧へ戻る', 'Back to the list')}
              </a>
            </ShownOnce>
          </div>
        ),
      });
    },
  });
}
