import { Controller, Get, Param } from '@nestjs/common';
import { orNothing, type Schemas } from '../../api/portal-api.ts';
import { At } from '../../components/time.tsx';
import { Panel, Table } from '../../components/table.tsx';
import { type Answer, page } from '../../pages/answer.ts';
import { Access, Visited } from '../../visit/access.decorator.ts';
import { inContract } from '../../visit/audiences.ts';
import { pageIn } from '../../visit/query.ts';
import type { Signed } from '../../visit/visit.ts';
import { ofContract, readContract } from '../contracts/contract-words.tsx';
import { actorNames } from '../people/actor-names.ts';
import { EventTold } from './record-words.tsx';

/** What happened to a contract. */
@Controller('portal')
export class HistoryController {
  @Get('contracts/:contract/history')
  @Access(inContract('read', 'operator', 'auditor'))
  async history(@Visited() visit: Signed, @Param('contract') id: string): Promise<Answer> {
    const { t, api, query } = visit;
    const [contract, { items, nextCursor }, openings] = await Promise.all([
      readContract(visit, id),
      api.GET('/v1/contracts/{id}/history', {
        params: { path: { id }, query: pageIn(query) },
      }),
      orNothing(api.GET('/v1/contracts/{id}/openings', { params: { path: { id }, query: { limit: 20 } } })),
    ]);
    const actors = await actorNames(
      visit,
      items.map(({ actor: { key, person } }) => person?.id ?? key),
      id,
    );
    const title = t('操作履歴', 'History');
    return page({
      title,
      section: 'history',
      ...ofContract(contract),
      lead: t(
        'この契約に起きたことのすべてです。書き換えられないよう、ハッシュでつながっています。',
        'All that happened to this contract, chained by hashes.',
      ),
      body: (
        <>
          <Table<Schemas['HistoryEntry']>
            caption={title}
            rows={items}
            nextCursor={nextCursor}
            empty={t('記録はまだありません。', 'There is no record yet.')}
            columns={[
              { head: t('番号', 'No.'), number: true, names: true, cell: ({ revision }) => revision },
              {
                head: t('起きた日時', 'Occurred'),
                cell: ({ occurredAt }) => <At at={occurredAt} />,
              },
              { head: t('内容', 'What'), cell: ({ type }) => <EventTold type={type} /> },
              { head: t('した人', 'By'), cell: ({ actor }) => actors.of(actor) },
              {
                head: t('記録した日時', 'Recorded'),
                cell: ({ recordedAt }) => <At at={recordedAt} />,
              },
              {
                head: t('詳細', 'Details'),
                cell: ({ data, hash, termsVersion, revision }) => (
                  <details>
                    <summary>{t(`${revision}の詳細`, `Of ${revision}`)}</summary>
                    <pre class="data">{JSON.stringify(data, null, 2)}</pre>
                    <p class="note">
                      {t('約款の版：', 'Terms: ')}
                      {termsVersion} <code>{hash}</code>
                    </p>
                  </details>
                ),
              },
            ]}
          />
          {openings !== undefined && (
            <Panel title={t('運用者による閲覧', 'Opened by the operator’s side')}>
              <Table<Schemas['Opening']>
                caption={t('運用者による閲覧', 'Opened by the operator’s side')}
                rows={openings.items}
                empty={t(
                  '運用者がIDや認証履歴を開いたことはありません。',
                  'Nobody of the operator’s side has opened IDs or sign-ins.',
                )}
                columns={[
                  {
                    head: t('日時', 'When'),
                    names: true,
                    cell: ({ at }) => <At at={at} />,
                  },
                  { head: t('開いた人', 'Who'), cell: ({ name }) => name || t('（消去済み）', '(erased)') },
                  { head: t('理由', 'Why'), cell: ({ reason }) => reason ?? '—' },
                ]}
              />
            </Panel>
          )}
        </>
      ),
    });
  }
}
