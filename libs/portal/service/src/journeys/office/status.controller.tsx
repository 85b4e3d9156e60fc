import { Controller, Get, Post } from '@nestjs/common';
import { ActionLink } from '../../components/action-link.tsx';
import type { Schemas } from '../../api/portal-api.ts';
import { Alert } from '../../components/alert.tsx';
import { At, instantText } from '../../components/time.tsx';
import { Table } from '../../components/table.tsx';
import { FormAt } from '../../forms/form-at.decorator.ts';
import { ActionButton, runForm } from '../../forms/form-flow.tsx';
import { keyOf } from '../../forms/posted-key.ts';
import { type Answer, page, redirect } from '../../pages/answer.ts';
import { Access, Visited } from '../../visit/access.decorator.ts';
import { anybody, only } from '../../visit/audiences.ts';
import { hasRole } from '../../visit/me.ts';
import { doneIn } from '../../visit/query.ts';
import type { Signed } from '../../visit/visit.ts';
import { makeDemoMonths } from './demo-months.ts';

type Restriction = Schemas['RestrictionChange'];

/** What is restricted (第9条), and on the sandbox clock what time it is. */
@Controller('portal')
export class StatusController {
  @Get('status')
  @Access(anybody)
  async status(@Visited() visit: Signed): Promise<Answer> {
    const { t, api, me, query } = visit;
    const status = await api.GET('/v1/status');
    const title = t('サービス状況', 'Service status');
    const operator = hasRole(me, 'operator');
    return page({
      title,
      section: 'status',
      lead: t('機能の制限（第9条）', 'Restrictions of functions (第9条)'),
      done: doneIn(query, {
        declared: t('制限を公表しました', 'The restriction was declared'),
        lifted: t('制限を解除しました', 'The restriction was lifted'),
      }),
      actions: operator && (
        <ActionLink
          main
          href="/portal/status/restriction"
          label={t('制限を公表する', 'Declare a restriction')}
        />
      ),
      body: (
        <>
          {status.status === 'ok' ? (
            <Alert kind="success" title={t('制限されている機能はありません', 'No function is restricted')} />
          ) : (
            <Alert
              kind="warning"
              title={t('制限されている機能があります', 'Some functions are restricted')}
            />
          )}
          <Table<Restriction>
            caption={title}
            rows={status.restrictions}
            empty={t('公表中の制限はありません。', 'There is none.')}
            columns={[
              { head: t('名前', 'Name'), names: true, cell: ({ name }) => name },
              { head: t('内容', 'What'), cell: ({ detail }) => detail ?? '—' },
              {
                head: t('開始', 'Since'),
                cell: ({ changedAt }) => <At at={changedAt} />,
              },
              ...(operator
                ? [
                    {
                      head: t('操作', 'Actions'),
                      cell: ({ name }: Restriction) => (
                        <ActionButton
                          action="/portal/status/lifting"
                          label={t('解除する', 'Lift')}
                          fields={{ name }}
                        />
                      ),
                    },
                  ]
                : []),
            ]}
          />
        </>
      ),
    });
  }

  @FormAt('status/restriction')
  @Access(only('operator'))
  declare(@Visited() visit: Signed): Promise<Answer> {
    const { t, api } = visit;
    return runForm(visit, {
      title: t('制限の公表', 'Declare a restriction'),
      lead: t(
        '契約者の画面と、状況のAPIに表示されます（第9条）。',
        'Contractors see it on their pages and by the API (第9条).',
      ),
      fields: [
        {
          kind: 'text',
          name: 'name',
          label: t('名前', 'Name'),
          required: true,
          max: 64,
          hint: t('半角の小文字・数字・ハイフン。例：push', 'Lower case, digits, hyphens: push'),
        },
        {
          kind: 'multiline',
          name: 'detail',
          label: t('内容', 'What is restricted'),
          required: true,
          max: 500,
        },
      ],
      submit: t('公表する', 'Declare'),
      page: {
        section: 'status',
        trail: [{ href: '/portal/status', label: t('サービス状況', 'Service status') }],
      },
      foresee: () => ({
        kind: 'warning',
        title: t('すべての契約者に表示されます。', 'All contractors will see it.'),
      }),
      send: async (values) => {
        await api.PUT('/v1/status/restrictions/{name}', {
          params: { path: { name: values['name']! } },
          body: { active: true, detail: values['detail']! },
        });
        return redirect('/portal/status?done=declared');
      },
    });
  }

  @Post('status/lifting')
  @Access(only('operator'))
  async lift(@Visited() visit: Signed): Promise<Answer> {
    await visit.api.PUT('/v1/status/restrictions/{name}', {
      params: {
        path: { name: visit.form.get('name') ?? '' },
      },
      body: { active: false },
    });
    return redirect('/portal/status?done=lifted');
  }

  @FormAt('sandbox')
  @Access(only('operator'))
  async move(@Visited() visit: Signed): Promise<Answer> {
    const { t, api, language } = visit;
    const { now } = await api.GET('/v1/sandbox/clock');
    return runForm(visit, {
      title: t('お試し環境の時刻', 'Time of the sandbox'),
      lead: t(
        `現在は${instantText(now, language)}です。進めることだけができます。`,
        `It is ${instantText(now, language)}. It only goes forward.`,
      ),
      initial: { day: visit.today, hour: '0' },
      above: (
        <div class="card">
          <h2>{t('デモの2か月を作る', 'Make the demo’s two months')}</h2>
          <p>
            {t(
              '見本の契約・料金・ID・請求書を作り、時刻を2か月進めます。1分ほどかかります。',
              'A sample contract with prices, IDs and invoices; time goes two months on. It takes about a minute.',
            )}
          </p>
          <ActionButton
            action="/portal/sandbox/demo"
            label={t('デモの2か月を作る', 'Make the two months')}
            kind="primary"
          />
        </div>
      ),
      fields: [
        { kind: 'day', name: 'day', label: t('進める日', 'Forward to the day'), required: true },
        { kind: 'digits', name: 'hour', label: t('時（0〜23）', 'Hour (0–23)'), required: true, max: 2 },
      ],
      submit: t('時刻を進める', 'Move forward'),
      back: { href: '/portal', label: t('戻る', 'Back') },
      page: { section: 'none' },
      send: async (values) => {
        await api.PUT('/v1/sandbox/clock', {
          body: { now: `${values['day']}T${values['hour']!.padStart(2, '0')}:00:00+09:00` },
        });
        return redirect('/portal');
      },
    });
  }

  @Post('sandbox/demo')
  @Access(only('operator'))
  async demo(@Visited() visit: Signed): Promise<Answer> {
    const contract = await makeDemoMonths(visit.api, keyOf(visit.form));
    return redirect(`/portal/contracts/${contract}`);
  }
}
