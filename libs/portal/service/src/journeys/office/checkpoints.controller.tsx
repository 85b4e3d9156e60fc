import { Controller, Get } from '@nestjs/common';
import type { Schemas } from '../../api/portal-api.ts';
import { numberText } from '../../components/money.tsx';
import { At } from '../../components/time.tsx';
import { Table } from '../../components/table.tsx';
import { Filters } from '../../forms/filters.tsx';
import { type Answer, page } from '../../pages/answer.ts';
import { Access, Visited } from '../../visit/access.decorator.ts';
import { only } from '../../visit/audiences.ts';
import { chosen, pageIn } from '../../visit/query.ts';
import type { Signed } from '../../visit/visit.ts';
import { LOGS, serviceText } from './service-words.ts';

/** What was signed of each log: who keeps one sees later whether the log still begins with it. */
@Controller('portal/checkpoints')
export class CheckpointsController {
  @Get()
  @Access(only('operator', 'finance', 'auditor'))
  async list(@Visited() visit: Signed): Promise<Answer> {
    const { t, api, query } = visit;
    const log = chosen(query, 'log', LOGS) ?? 'contract';
    const { items, nextCursor } = await api.GET('/v1/audit/checkpoints', {
      params: { query: { log, ...pageIn(query) } },
    });
    const title = t('署名した記録', 'Checkpoints');
    return page({
      title,
      section: 'audit',
      trail: [{ href: '/portal/audit', label: t('監査', 'Audit') }],
      lead: t(
        'その時までの記録の件数と要約に、署名したものです。控えておくと、あとで記録が書き換えられていないかを確かめられます。',
        'How many events a log had, and the root over them, signed. Who keeps one can see later whether anything was altered.',
      ),
      body: (
        <>
          <Filters
            fields={[
              {
                kind: 'list',
                name: 'log',
                label: t('サービス', 'Service'),
                required: true,
                options: LOGS.map((value) => ({ value, label: serviceText(value, t) })),
              },
            ]}
            values={{ log }}
            submit={t('表示する', 'Show')}
            main
          />
          <Table<Schemas['SignedCheckpoint']>
            caption={title}
            rows={items}
            nextCursor={nextCursor}
            empty={t(
              '署名した記録はまだありません。月次締めのあとと、定期的に作られます。',
              'There is none yet. They are made after a close, and from time to time.',
            )}
            columns={[
              {
                head: t('署名した日時', 'Signed'),
                names: true,
                cell: ({ at }) => <At at={at} />,
              },
              { head: t('記録の件数', 'Events'), number: true, cell: ({ size }) => numberText(size) },
              {
                head: t('証人の確認', 'Witnessed'),
                cell: ({ witnessedAt }) =>
                  witnessedAt === null ? (
                    t('なし', 'No')
                  ) : (
                    <At at={new Date(witnessedAt * 1_000).toISOString()} />
                  ),
              },
              {
                head: t('署名', 'Note'),
                cell: ({ note, size }) => (
                  <details>
                    <summary>{t(`${numberText(size)}件の署名`, `Note of ${numberText(size)}`)}</summary>
                    <pre class="data">{note}</pre>
                  </details>
                ),
              },
            ]}
          />
        </>
      ),
    });
  }
}
