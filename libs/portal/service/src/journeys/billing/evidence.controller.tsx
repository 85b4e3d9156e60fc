import { Controller, Get, Param, Post } from '@nestjs/common';
import { ActionLink } from '../../components/action-link.tsx';
import type { Schemas } from '../../api/portal-api.ts';
import { Alert } from '../../components/alert.tsx';
import { numberText, yenText } from '../../components/money.tsx';
import { Day } from '../../components/time.tsx';
import { Facts, Panel, Table } from '../../components/table.tsx';
import { type Answer, page } from '../../pages/answer.ts';
import { Access, Visited } from '../../visit/access.decorator.ts';
import { anybody, office } from '../../visit/audiences.ts';
import { isOffice } from '../../visit/me.ts';
import { pageIn } from '../../visit/query.ts';
import type { Signed } from '../../visit/visit.ts';
import { contractPath } from '../contracts/contract-words.tsx';
import { AccountLink, accountNames } from '../ids/account-names.tsx';
import { EventTold, RecordPlace } from '../office/record-words.tsx';
import { itemText, taxText } from './document-words.tsx';
import type { Named } from '../../visit/named.ts';

type AtLine = Named<'number' | 'n'>;

/** What a document was computed from, and whether it comes out the same once more. */
@Controller('portal/invoices')
export class EvidenceController {
  @Get(':number/lines/:n')
  @Access(anybody)
  async evidence(@Visited() visit: Signed, @Param() { number, n }: AtLine): Promise<Answer> {
    const { t, api, query, path, me } = visit;
    const [invoice, { items, nextCursor }] = await Promise.all([
      api.GET('/v1/invoices/{number}', { params: { path: { number } } }),
      api.GET('/v1/invoices/{number}/lines/{n}/evidence', {
        params: { path: { number, n: n as never }, query: pageIn(query) },
      }),
    ]);
    const names = await accountNames(
      visit,
      invoice.contract,
      items.map(({ account }) => account),
    );
    const line = invoice.lines.find((each) => String(each.n) === n);
    const title = t(`計算の根拠（明細${n}）`, `Evidence of line ${n}`);
    return page({
      title,
      of: invoice.recipient.name,
      section: isOffice(me) ? 'invoices' : 'billing',
      trail: [{ href: `/portal/invoices/${number}`, label: number }],
      lead: line?.description,
      body: (
        <>
          {line !== undefined && (
            <Facts
              facts={[
                [t('品目', 'Item'), itemText(line.item, t)],
                [t('数量', 'Quantity'), numberText(line.quantity)],
                [t('単価', 'Unit price'), line.unitPrice === null ? '—' : yenText(line.unitPrice)],
                [t('金額（税抜）', 'Amount, without tax'), yenText(line.amount)],
                [t('税率', 'Tax'), taxText(line.taxCode, t)],
              ]}
            />
          )}
          <Panel
            title={t('もとになった記録', 'The facts behind it')}
            actions={
              line?.item === 'account-usage' && (
                <a href={`${contractPath(invoice.contract)}/usage/${invoice.month}`}>
                  {t('アカウントごとの利用を見る', 'See the use of each account')}
                </a>
              )
            }
          >
            {names.behindReason && (
              <p>
                {t('利用者のIDは、理由を記録すると表示されます。', 'IDs are shown once you have said why.')}{' '}
                <a href={`${contractPath(invoice.contract)}/opening?next=${encodeURIComponent(path)}`}>
                  {t('理由を記録してIDを表示する', 'Say why and show them')}
                </a>
              </p>
            )}
            <Table<Schemas['EvidenceItem']>
              caption={title}
              rows={items}
              nextCursor={nextCursor}
              empty={t('もとになった記録はありません。', 'There is no fact behind it.')}
              columns={[
                {
                  head: t('日', 'Day'),
                  names: true,
                  cell: ({ day }) => <Day day={day} />,
                },
                {
                  head: t('まで', 'Until'),
                  cell: ({ until }) => <Day day={until} />,
                },
                { head: t('記録', 'Fact'), cell: ({ type }) => <EventTold type={type} /> },
                {
                  head: t('件数', 'Count'),
                  number: true,
                  cell: ({ count }) => (count === undefined ? '—' : numberText(count)),
                },
                {
                  head: t('対象', 'Of'),
                  cell: ({ account }) =>
                    account === undefined ? (
                      '—'
                    ) : (
                      <AccountLink contract={invoice.contract} id={account} names={names} />
                    ),
                },
                {
                  head: t('記録の場所', 'Where'),
                  cell: ({ stream, revision }) => <RecordPlace stream={stream} revision={revision} />,
                },
              ]}
            />
          </Panel>
        </>
      ),
    });
  }

  @Post(':number/verification')
  @Access(office)
  async verify(@Visited() visit: Signed, @Param('number') number: string): Promise<Answer> {
    const { t, api } = visit;
    const found = await api.POST('/v1/invoices/{number}/verification', {
      params: { path: { number } } as never,
    });
    return page({
      title: t(`検証の結果（${number}）`, `Verification of ${number}`),
      section: 'invoices',
      trail: [{ href: `/portal/invoices/${number}`, label: number }],
      narrow: true,
      body: (
        <>
          {found.identical ? (
            <Alert
              kind="success"
              title={t(
                '記録からもう一度計算し、同じ内容になりました。',
                'Derived again from the records: identical.',
              )}
            />
          ) : (
            <>
              <Alert
                kind="error"
                title={t('記録から計算した内容と異なります。', 'It differs from what the records give.')}
              />
              <ul>
                {(found.differences ?? []).map(({ pointer }) => (
                  <li key={pointer}>
                    <code>{pointer}</code>
                  </li>
                ))}
              </ul>
            </>
          )}
          <ActionLink href={`/portal/invoices/${number}`} label={t('書類へ戻る', 'Back to the document')} />
        </>
      ),
    });
  }
}
