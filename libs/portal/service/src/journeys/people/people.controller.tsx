import { Controller, Get, Param, Post } from '@nestjs/common';
import { ok, type Schemas } from '../../api/portal-api.ts';
import { Alert } from '../../components/alert.tsx';
import { Badge } from '../../components/badge.tsx';
import { ShownOnce } from '../../components/shown-once.tsx';
import { At } from '../../components/time.tsx';
import { Facts, Pager, Table } from '../../components/table.tsx';
import type { Field } from '../../forms/field.ts';
import { ActionButton, runForm } from '../../forms/form-flow.tsx';
import { keyOf } from '../../forms/posted-key.ts';
import { type Answer, page, type Page, redirect } from '../../pages/answer.ts';
import { Done, Heading } from '../../pages/layout.tsx';
import { Access, Visited, Weighty } from '../../visit/access.decorator.ts';
import { inContract, only } from '../../visit/audiences.ts';
import type { Told } from '../../visit/language.ts';
import type { OfficeRole, Right } from '../../visit/me.ts';
import { cursorIn, doneIn } from '../../visit/query.ts';
import type { Signed } from '../../visit/visit.ts';
import { contractPath, ofContract, readContract } from '../contracts/contract-words.tsx';
import { officeText, type Person, rightText, STANDING } from './person-words.ts';

const RIGHTS: readonly Right[] = ['administer', 'ids', 'billing', 'read'];
const ROLES: readonly OfficeRole[] = ['operator', 'finance', 'auditor'];

type Invited = Schemas['Invited'];

/** Whose people: one contract's, or the operator's side. */
interface Side {
  readonly at: string;
  readonly about: Pick<Page, 'section' | 'contract' | 'trail'>;
  readonly contract?: string;
}

/** People, what they may do, and their invitations; those of a contract, and those of the operator's side. */
@Controller('portal')
export class PeopleController {
  @Get('people')
  @Access(only('operator'))
  list(@Visited() visit: Signed): Promise<Answer> {
    return this.showList(visit, officeSide(visit));
  }

  @Get('contracts/:contract/people')
  @Access(inContract('administer', 'operator'))
  async listOf(@Visited() visit: Signed, @Param('contract') id: string): Promise<Answer> {
    return this.showList(visit, await contractSide(visit, id));
  }

  @Get('people/new')
  @Weighty()
  @Access(only('operator'))
  form(@Visited() visit: Signed): Promise<Answer> {
    return this.inviteTo(visit, officeSide(visit));
  }

  @Post('people/new')
  @Weighty()
  @Access(only('operator'))
  invite(@Visited() visit: Signed): Promise<Answer> {
    return this.inviteTo(visit, officeSide(visit));
  }

  @Get('contracts/:contract/people/new')
  @Weighty()
  @Access(inContract('administer', 'operator'))
  async formOf(@Visited() visit: Signed, @Param('contract') id: string): Promise<Answer> {
    return this.inviteTo(visit, await contractSide(visit, id));
  }

  @Post('contracts/:contract/people/new')
  @Weighty()
  @Access(inContract('administer', 'operator'))
  async inviteOf(@Visited() visit: Signed, @Param('contract') id: string): Promise<Answer> {
    return this.inviteTo(visit, await contractSide(visit, id));
  }

  @Get('people/:person')
  @Weighty()
  @Access(only('operator'))
  one(@Visited() visit: Signed, @Param('person') pid: string): Promise<Answer> {
    return this.change(visit, officeSide(visit), pid);
  }

  @Post('people/:person')
  @Weighty()
  @Access(only('operator'))
  changeOne(@Visited() visit: Signed, @Param('person') pid: string): Promise<Answer> {
    return this.change(visit, officeSide(visit), pid);
  }

  @Get('contracts/:contract/people/:person')
  @Weighty()
  @Access(inContract('administer', 'operator'))
  async oneOf(
    @Visited() visit: Signed,
    @Param('contract') id: string,
    @Param('person') pid: string,
  ): Promise<Answer> {
    return this.change(visit, await contractSide(visit, id), pid);
  }

  @Post('contracts/:contract/people/:person')
  @Weighty()
  @Access(inContract('administer', 'operator'))
  async changeOneOf(
    @Visited() visit: Signed,
    @Param('contract') id: string,
    @Param('person') pid: string,
  ): Promise<Answer> {
    return this.change(visit, await contractSide(visit, id), pid);
  }

  @Post('people/:person/invitation')
  @Weighty()
  @Access(only('operator'))
  again(@Visited() visit: Signed, @Param('person') pid: string): Promise<Answer> {
    return this.inviteAgain(visit, officeSide(visit), pid);
  }

  @Post('contracts/:contract/people/:person/invitation')
  @Weighty()
  @Access(inContract('administer', 'operator'))
  async againOf(
    @Visited() visit: Signed,
    @Param('contract') id: string,
    @Param('person') pid: string,
  ): Promise<Answer> {
    return this.inviteAgain(visit, await contractSide(visit, id), pid);
  }

  @Get('people/:person/leaving')
  @Weighty()
  @Access(only('operator'))
  leaving(@Visited() visit: Signed, @Param('person') pid: string): Promise<Answer> {
    return this.leave(visit, officeSide(visit), pid);
  }

  @Post('people/:person/leaving')
  @Weighty()
  @Access(only('operator'))
  leaves(@Visited() visit: Signed, @Param('person') pid: string): Promise<Answer> {
    return this.leave(visit, officeSide(visit), pid);
  }

  @Get('contracts/:contract/people/:person/leaving')
  @Weighty()
  @Access(inContract('administer', 'operator'))
  async leavingOf(
    @Visited() visit: Signed,
    @Param('contract') id: string,
    @Param('person') pid: string,
  ): Promise<Answer> {
    return this.leave(visit, await contractSide(visit, id), pid);
  }

  @Post('contracts/:contract/people/:person/leaving')
  @Weighty()
  @Access(inContract('administer', 'operator'))
  async leavesOf(
    @Visited() visit: Signed,
    @Param('contract') id: string,
    @Param('person') pid: string,
  ): Promise<Answer> {
    return this.leave(visit, await contractSide(visit, id), pid);
  }

  private async showList(visit: Signed, side: Side): Promise<Answer> {
    const { t, api, query, path } = visit;
    const page50 = { limit: 50, ...cursorIn(query) };
    const { items, nextCursor } = await ok(
      side.contract === undefined
        ? api.GET('/v1/people', { params: { query: page50 } })
        : api.GET('/v1/contracts/{id}/people', { params: { path: { id: side.contract }, query: page50 } }),
    );
    const title = t('担当者', 'People');
    const done = doneIn(query, {
      changed: t('担当者の情報を変更しました', 'The person was changed'),
      left: t('担当者を離任させました', 'The person has left'),
    });
    return page({
      ...side.about,
      title,
      body: (
        <>
          {done !== undefined && <Done text={done} />}
          <Heading
            title={title}
            lead={t('画面を使う人です。1人ずつ招待します。', 'Who uses these pages; each is invited.')}
          >
            <a class="button" href={`${side.at}/people/new`}>
              {t('担当者を招待する', 'Invite somebody')}
            </a>
            <a class="button secondary" href={`${side.at}/keys`}>
              {t('キー', 'Keys')}
            </a>
          </Heading>
          <Table<Person>
            caption={title}
            rows={items}
            empty={
              <p>
                {t('担当者はまだいません。', 'There is nobody yet.')}{' '}
                <a href={`${side.at}/people/new`}>{t('最初の担当者を招待する', 'Invite the first')}</a>
              </p>
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
                cell: ({ status }) => (
                  <Badge tone={STANDING[status][0]} text={t(STANDING[status][1], STANDING[status][2])} />
                ),
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
          <Pager t={t} path={path} query={query} nextCursor={nextCursor} />
        </>
      ),
    });
  }

  private inviteTo(visit: Signed, side: Side): Promise<Answer> {
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
      back: { href: `${side.at}/people`, label: t('戻る', 'Back') },
      page: { ...side.about, trail: [{ href: `${side.at}/people`, label: t('担当者', 'People') }] },
      send: async (values, { key }) => {
        const header = { 'Idempotency-Key': key };
        const who = { name: values['name']!, email: values['email']! };
        const may = values['may']!.split(',');
        const invited = await ok(
          side.contract === undefined
            ? api.POST('/v1/people', { params: { header }, body: { ...who, roles: may as OfficeRole[] } })
            : api.POST('/v1/contracts/{id}/people', {
                params: { path: { id: side.contract }, header },
                body: { ...who, rights: may as Right[] },
              }),
        );
        return invitedPage(visit, side, invited);
      },
    });
  }

  private async inviteAgain(visit: Signed, side: Side, pid: string): Promise<Answer> {
    const header = { 'Idempotency-Key': keyOf(visit.form) };
    const invited = await ok(
      side.contract === undefined
        ? visit.api.POST('/v1/people/{pid}/invitation', { params: { path: { pid }, header } })
        : visit.api.POST('/v1/contracts/{id}/people/{pid}/invitation', {
            params: { path: { id: side.contract, pid }, header },
          }),
    );
    return invitedPage(visit, side, invited);
  }

  private async change(visit: Signed, side: Side, pid: string): Promise<Answer> {
    const { t, api, me } = visit;
    const person = await readPerson(visit, side, pid);
    const own = person.id === me.id;
    const at = `${side.at}/people/${pid}`;
    const standing = [...(person.roles ?? []), ...(person.rights ?? [])].join(',');
    return runForm(visit, {
      title: person.name,
      lead: t(STANDING[person.status][1], STANDING[person.status][2]),
      initial: {
        name: person.name,
        email: person.email,
        may: standing,
        status: person.status === 'suspended' ? 'suspended' : 'active',
      },
      above:
        own || person.status === 'left' ? undefined : (
          <div class="actions">
            {person.status === 'invited' && (
              <ActionButton
                visit={visit}
                action={`${at}/invitation`}
                label={t('もう一度招待する', 'Invite again')}
              />
            )}
            <a class="button secondary" href={`${at}/leaving`}>
              {t('離任させる', 'Has left')}
            </a>
          </div>
        ),
      fields: [
        ...whoFields(t),
        // Nobody changes what they themselves may do.
        ...(own ? [] : [mayField(visit, side)]),
        ...(own || person.status === 'invited'
          ? []
          : ([
              {
                kind: 'choice',
                name: 'status',
                label: t('状態', 'State'),
                required: true,
                options: [
                  { value: 'active', label: t('有効', 'Active') },
                  {
                    value: 'suspended',
                    label: t('停止（すべてのログインが終了します）', 'Suspended; ends all sessions'),
                  },
                ],
              },
              {
                kind: 'multiline',
                name: 'reason',
                label: t('停止・再開の理由', 'Reason of a suspension or its end'),
                max: 500,
              },
            ] as const)),
      ],
      submit: t('変更する', 'Change'),
      back: { href: `${side.at}/people`, label: t('戻る', 'Back') },
      page: { ...side.about, trail: [{ href: `${side.at}/people`, label: t('担当者', 'People') }] },
      send: async (values, { key }) => {
        const header = { 'Idempotency-Key': key };
        const status = values['status'] as 'active' | 'suspended' | undefined;
        const changed = {
          ...(values['name'] !== person.name && { name: values['name']! }),
          ...(values['email'] !== person.email && { email: values['email']! }),
          ...(status !== undefined &&
            status !== person.status && { status, ...(values['reason'] && { reason: values['reason'] }) }),
        };
        const may =
          values['may'] === undefined || values['may'] === standing ? undefined : values['may'].split(',');
        if (side.contract === undefined)
          await ok(
            api.PATCH('/v1/people/{pid}', {
              params: { path: { pid }, header },
              body: { ...changed, ...(may && { roles: may as OfficeRole[] }) },
            }),
          );
        else
          await ok(
            api.PATCH('/v1/contracts/{id}/people/{pid}', {
              params: { path: { id: side.contract, pid }, header },
              body: { ...changed, ...(may && { rights: may as Right[] }) },
            }),
          );
        return redirect(`${side.at}/people?done=changed`);
      },
    });
  }

  private async leave(visit: Signed, side: Side, pid: string): Promise<Answer> {
    const { t, api } = visit;
    const person = await readPerson(visit, side, pid);
    return runForm(visit, {
      title: t(`離任：${person.name}`, `${person.name} has left`),
      fields: [],
      above: (
        <Alert
          kind="warning"
          title={t(
            'ログイン・パスキー・招待がすべて、ただちに終わります。',
            'Sessions, passkeys and invitations end at once.',
          )}
        >
          <p>
            {t(
              '取り消せません。もう一度使うには、新しく招待します。',
              'It cannot be undone; they would have to be invited anew.',
            )}
          </p>
        </Alert>
      ),
      submit: t('離任させる', 'Has left'),
      danger: true,
      back: { href: `${side.at}/people/${pid}`, label: t('戻る', 'Back') },
      page: { ...side.about, trail: [{ href: `${side.at}/people`, label: t('担当者', 'People') }] },
      send: async (_values, { key }) => {
        const header = { 'Idempotency-Key': key };
        const { keysToRevoke } = await ok(
          side.contract === undefined
            ? api.DELETE('/v1/people/{pid}', { params: { path: { pid }, header } })
            : api.DELETE('/v1/contracts/{id}/people/{pid}', {
                params: { path: { id: side.contract, pid }, header },
              }),
        );
        if (keysToRevoke.length === 0) return redirect(`${side.at}/people?done=left`);
        const title = t('残っているキー', 'Keys that are left');
        return page({
          ...side.about,
          title,
          body: (
            <div class="narrow">
              <Heading title={title} />
              <Alert
                kind="warning"
                title={t(
                  `${person.name}さんが発行したキーが残っています。`,
                  `${person.name} made keys that still work.`,
                )}
              >
                <p>{t('使っていないものは取り消してください。', 'Revoke those that nothing needs.')}</p>
              </Alert>
              <ul>
                {keysToRevoke.map((id) => (
                  <li key={id}>
                    <code>{id}</code>
                  </li>
                ))}
              </ul>
              <a class="button" href={`${side.at}/keys`}>
                {t('キーの一覧へ', 'To the keys')}
              </a>
            </div>
          ),
        });
      },
    });
  }
}

function officeSide({ t }: Signed): Side {
  return {
    at: '/portal',
    about: { section: 'settings', trail: [{ href: '/portal/settings', label: t('設定', 'Settings') }] },
  };
}

async function contractSide(visit: Signed, id: string): Promise<Side> {
  const contract = await readContract(visit, id);
  return { at: contractPath(id), contract: id, about: { section: 'keys', ...ofContract(contract) } };
}

const readPerson = ({ api }: Signed, side: Side, pid: string): Promise<Person> =>
  ok(
    side.contract === undefined
      ? api.GET('/v1/people/{pid}', { params: { path: { pid } } })
      : api.GET('/v1/contracts/{id}/people/{pid}', { params: { path: { id: side.contract, pid } } }),
  );

const whoFields = (t: Told): readonly Field[] => [
  {
    kind: 'text',
    name: 'name',
    label: t('名前', 'Name'),
    required: true,
    max: 100,
    autocomplete: 'off',
  },
  { kind: 'email', name: 'email', label: t('メールアドレス', 'E-mail'), required: true, max: 254 },
];

const mayField = ({ t }: Signed, side: Side): Field =>
  side.contract === undefined
    ? {
        kind: 'several',
        name: 'may',
        label: t('役割', 'Roles'),
        required: true,
        options: ROLES.map((value) => ({ value, label: officeText(value, t) })),
      }
    : {
        kind: 'several',
        name: 'may',
        label: t('権限', 'Rights'),
        required: true,
        options: RIGHTS.map((value) => ({ value, label: rightText(value, t) })),
      };

/** Where no mails are sent the link is shown to who invites; the page says what that means. */
function invitedPage({ t, language }: Signed, side: Side, invited: Invited): Page {
  const title = t('招待しました', 'Invited');
  const { invitation } = invited;
  return page({
    ...side.about,
    title,
    body: (
      <div class="narrow">
        <Heading title={title} lead={invited.name} />
        {invitation?.url === undefined ? (
          <Alert
            kind="success"
            title={t(`招待のメールを${invited.email}に送ります。`, `An invitation goes to ${invited.email}.`)}
          />
        ) : (
          <ShownOnce
            t={t}
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
            invitation !== undefined && [
              t('有効期限', 'Valid until'),
              <At at={invitation.expiresAt} language={language} />,
            ],
          ]}
        />
        <a class="button" href={`${side.at}/people`}>
          {t('一覧へ戻る', 'Back to the list')}
        </a>
      </div>
    ),
  });
}
