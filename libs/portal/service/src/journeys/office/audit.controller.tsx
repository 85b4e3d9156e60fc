import { Controller, Get, Post } from '@nestjs/common';
import { ActionLink } from '../../components/action-link.tsx';
import type { Schemas } from '../../api/portal-api.ts';
import { Alert } from '../../components/alert.tsx';
import { At, dayText, instantText } from '../../components/time.tsx';
import { Facts, Panel, Table } from '../../components/table.tsx';
import type { Field } from '../../forms/field.ts';
import { filterFaults, Filters } from '../../forms/filters.tsx';
import { type Answer, page } from '../../pages/answer.ts';
import { Access, Visited } from '../../visit/access.decorator.ts';
import { only } from '../../visit/audiences.ts';
import { instantIn, isUnread, pageIn, soughtIn } from '../../visit/query.ts';
import type { Told } from '../../visit/language.ts';
import type { Signed } from '../../visit/visit.ts';
import { ActionButton } from '../../forms/form-flow.tsx';
import { ContractLink, contractNames } from '../contracts/contract-names.tsx';
import { planName, statusText } from '../contracts/contract-words.tsx';
import { Subject, subjectsOf } from './audit-subjects.tsx';
import { eventName, namedEvents } from './event-words.ts';
import { EventTold, RecordPlace, streamText } from './record-words.tsx';
import { serviceText } from './service-words.ts';

type VerifiedLog = Schemas['VerifiedLog'];

/** Whether a log lacks something, or has it otherwise than it was written and signed. */
const isBroken = ({ breaks, tree, wentBack }: VerifiedLog): boolean =>
  breaks.length > 0 || wentBack !== null || (tree !== null && tree.breaks.length > 0);

/** So many are named on a page; the API lists more. */
const MOST_NAMED = 20;

const unreadableText = (count: number, events: VerifiedLog['unreadable']['events'], t: Told): string =>
  count === 0
    ? t('なし', 'None')
    : t(`${count}件：`, `${count}: `) +
      events
        .slice(0, MOST_NAMED)
        .map(({ stream, revision }) => `${streamText(stream, t)}（${stream}#${revision}）`)
        .join(t('、', ', ')) +
      (count > MOST_NAMED ? t('ほか', ', and more') : '');

/** All logs, and a contract as it was or was known to be. */
@Controller('portal/audit')
export class AuditController {
  @Get()
  @Access(only('operator', 'auditor'))
  async audit(@Visited() visit: Signed): Promise<Answer> {
    const { t, api, query } = visit;
    const sought = soughtIn(query, { contract: 100, type: 100 });
    const { items, nextCursor } = await api.GET('/v1/audit/events', {
      params: { query: { ...sought, ...pageIn(query) } },
    });
    const [names, told] = await Promise.all([contractNames(visit, items), subjectsOf(visit, items)]);
    const title = t('監査', 'Audit');
    const fields: readonly Field[] = [
      { kind: 'text', name: 'contract', label: t('契約番号', 'Contract id'), max: 64 },
      {
        kind: 'list',
        name: 'type',
        label: t('記録の種類', 'Type'),
        options: namedEvents().map((value) => ({ value, label: eventName(value, t) })),
      },
    ];
    return page({
      title,
      section: 'audit',
      lead: t(
        'すべてのサービスの記録を、記録された順に見られます。',
        'The records of all services, in the order of recording.',
      ),
      actions: (
        <>
          <ActionLink
            main
            href="/portal/audit/as-of"
            label={t('ある時点の契約を見る', 'A contract at an instant')}
          />
          <ActionLink href="/portal/checkpoints" label={t('署名した記録', 'Checkpoints')} />
          <ActionButton
            action="/portal/audit/verification"
            label={t('記録を検証する', 'Verify the records')}
          />
        </>
      ),
      body: (
        <>
          <Filters fields={fields} values={sought} submit={t('絞り込む', 'Filter')} />
          <Table<Schemas['AuditEvent']>
            caption={title}
            rows={items}
            nextCursor={nextCursor}
            empty={t('該当する記録はありません。', 'There is no such record.')}
            columns={[
              {
                head: t('記録した日時', 'Recorded'),
                names: true,
                cell: ({ recordedAt }) => <At at={recordedAt} />,
              },
              { head: t('内容', 'What'), cell: ({ type }) => <EventTold type={type} /> },
              { head: t('サービス', 'Service'), cell: ({ source }) => serviceText(source, t) },
              {
                head: t('契約', 'Contract'),
                cell: (event) =>
                  event.contract === undefined ? '—' : <ContractLink id={event.contract} names={names} />,
              },
              { head: t('対象', 'Of'), cell: (event) => <Subject event={event} told={told} /> },
              {
                head: t('起きた日時', 'Occurred'),
                cell: ({ occurredAt }) => <At at={occurredAt} />,
              },
              {
                head: t('場所', 'Where'),
                cell: ({ stream, revision }) => <RecordPlace stream={stream} revision={revision} />,
              },
            ]}
          />
        </>
      ),
    });
  }

  @Post('verification')
  @Access(only('operator', 'auditor'))
  async verify(@Visited() visit: Signed): Promise<Answer> {
    const { t, api } = visit;
    const found = await api.POST('/v1/audit/verification', {});
    const title = t('記録の検証', 'Verification of the records');
    return page({
      title,
      section: 'audit',
      trail: [{ href: '/portal/audit', label: t('監査', 'Audit') }],
      body: (
        <>
          {found.sound ? (
            <Alert
              kind="success"
              title={t(
                'すべての記録がつながっています。書き換えや欠けはありません。',
                'All records are chained: nothing was altered, nothing is missing.',
              )}
            />
          ) : null}
          {found.services.some(isBroken) && (
            <Alert
              kind="error"
              title={t('書き換えられたか、欠けた記録があります。', 'Records were altered or are missing.')}
            />
          )}
          {found.services.some(({ unreadable }) => unreadable.count > 0) && (
            <Alert
              kind="error"
              title={t(
                '鍵が失われたため、読み取れない記録があります。',
                'Records cannot be read, for their keys are lost.',
              )}
            />
          )}
          <Table<Schemas['VerifiedLog']>
            caption={title}
            rows={found.services}
            empty=""
            columns={[
              { head: t('サービス', 'Service'), names: true, cell: ({ source }) => serviceText(source, t) },
              { head: t('記録', 'Records'), number: true, cell: ({ events }) => events },
              { head: t('系列', 'Streams'), number: true, cell: ({ streams }) => streams },
              {
                head: t('異常', 'Breaks'),
                cell: ({ breaks }) =>
                  breaks.length === 0
                    ? t('なし', 'None')
                    : breaks
                        .map(
                          ({ stream, revision, kind }) =>
                            `${streamText(stream, t)}（${stream}#${revision} ${kind}）`,
                        )
                        .join(t('、', ', ')),
              },
              {
                head: t('読み取れない記録', 'Unreadable'),
                cell: ({ unreadable: { count, events } }) => unreadableText(count, events, t),
              },
            ]}
          />
        </>
      ),
    });
  }

  @Get('as-of')
  @Access(only('operator', 'auditor'))
  async asOf(@Visited() visit: Signed): Promise<Answer> {
    const { t, language, api, query } = visit;
    const id = query.get('contract')?.trim() ?? '';
    const asOf = instantIn(query, 'asOf');
    const knownAt = instantIn(query, 'knownAt');
    const fields: readonly Field[] = [
      { kind: 'text', name: 'contract', label: t('契約番号', 'Contract id'), required: true, max: 64 },
      {
        kind: 'text',
        name: 'asOf',
        label: t('その時点の事実（例：2026-11-25 12:00）', 'What was true at (2026-11-25 12:00)'),
        max: 25,
        hint: t('空欄なら現在です。', 'Now, where it is left.'),
      },
      {
        kind: 'text',
        name: 'knownAt',
        label: t('その時点で知られていたこと', 'What was known at'),
        max: 25,
        hint: t('空欄なら現在です。', 'Now, where it is left.'),
      },
    ];
    const faults = filterFaults(t, {
      asOf: isUnread(query, 'asOf', asOf) && 'instant',
      knownAt: isUnread(query, 'knownAt', knownAt) && 'instant',
    });
    const found =
      id === '' || Object.keys(faults).length > 0
        ? undefined
        : await api.GET('/v1/contracts/{id}', {
            params: { path: { id }, query: { ...(asOf && { asOf }), ...(knownAt && { knownAt }) } },
          });
    return page({
      title: t('ある時点の契約', 'A contract at an instant'),
      section: 'audit',
      trail: [{ href: '/portal/audit', label: t('監査', 'Audit') }],
      lead: t(
        '「その時点の事実」と「その時点で知られていたこと」は別の問いです。',
        'What was true and what was known are two questions.',
      ),
      body: (
        <>
          <Filters
            fields={fields}
            values={{ contract: id, asOf: query.get('asOf') ?? '', knownAt: query.get('knownAt') ?? '' }}
            faults={faults}
            submit={t('表示する', 'Show')}
            main
          />
          {found !== undefined && (
            <Panel title={found.applicant.name}>
              <Facts
                facts={[
                  [
                    t('その時点', 'True at'),
                    asOf === undefined ? t('現在', 'now') : instantText(asOf, language),
                  ],
                  [
                    t('知られていた時点', 'Known at'),
                    knownAt === undefined ? t('現在', 'now') : instantText(knownAt, language),
                  ],
                  [t('状態', 'State'), statusText(found.status, t)],
                  [t('プラン', 'Plan'), planName(found.plan, t)],
                  [
                    t('課金開始日', 'Billing start'),
                    found.billingStartDate === undefined || found.billingStartDate === null
                      ? t('未定', 'Not set')
                      : dayText(found.billingStartDate, language),
                  ],
                  [
                    t('利用終了日', 'Last day'),
                    found.cancellation ? dayText(found.cancellation.effectiveDay, language) : '—',
                  ],
                  [t('提供の保留', 'Withheld'), found.withheld ? t('はい', 'Yes') : t('いいえ', 'No')],
                  [t('記録の番号', 'Revision'), found.revision],
                ]}
              />
              <details>
                <summary>{t('すべての項目', 'All fields')}</summary>
                <pre class="data">{JSON.stringify(found, null, 2)}</pre>
              </details>
            </Panel>
          )}
        </>
      ),
    });
  }
}
