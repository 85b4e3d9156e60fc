import { Controller, Get, Param } from '@nestjs/common';
import { ActionLink } from '../../components/action-link.tsx';
import { orNothing } from '../../api/portal-api.ts';
import { Day, dayText, monthText } from '../../components/time.tsx';
import { Facts, Pager, Panel } from '../../components/table.tsx';
import type { Field } from '../../forms/field.ts';
import { filterFaults, Filters } from '../../forms/filters.tsx';
import { ActionButton } from '../../forms/form-flow.tsx';
import { type Answer, page } from '../../pages/answer.ts';
import { Access, Visited } from '../../visit/access.decorator.ts';
import { anybody, office } from '../../visit/audiences.ts';
import { hasRole, isOffice } from '../../visit/me.ts';
import { pageIn, doneIn } from '../../visit/query.ts';
import type { Signed } from '../../visit/visit.ts';
import { contractPath, ofContract, readContract } from '../contracts/contract-words.tsx';
import { PrintButton } from '../../components/print-button.tsx';
import { Deliveries, DocumentFiles } from './document-files.tsx';
import { Corrections, InvoiceTable, kindText, Lines, Totals } from './document-words.tsx';
import { invoiceFilter, KINDS, unreadOf } from './invoice-filter.ts';
import { CreditNotes, Exports, Tiers, Way } from './invoice-parts.tsx';
import { InvoiceLink } from './invoice-link.tsx';

/** Documents that were issued: found and read. */
@Controller('portal/invoices')
export class InvoicesController {
  @Get()
  @Access(office)
  async list(@Visited() visit: Signed): Promise<Answer> {
    const { t, api, query } = visit;
    const filter = invoiceFilter(query);
    const faults = filterFaults(t, unreadOf(query));
    const { items, nextCursor } =
      Object.keys(faults).length > 0
        ? { items: [], nextCursor: null }
        : await api.GET('/v1/invoices', { params: { query: { ...filter, ...pageIn(query) } } });
    const fields: readonly Field[] = [
      { kind: 'text', name: 'party', label: t('取引先', 'Party'), max: 200 },
      { kind: 'text', name: 'month', label: t('対象月（例：2026-11）', 'Month (2026-11)'), max: 7 },
      {
        kind: 'text',
        name: 'from',
        label: t('発行日から（例：2026-11-01）', 'Issued from (2026-11-01)'),
        max: 10,
      },
      { kind: 'text', name: 'to', label: t('発行日まで', 'Issued to'), max: 10 },
      { kind: 'text', name: 'minTotal', label: t('金額から', 'Total from'), max: 16 },
      { kind: 'text', name: 'maxTotal', label: t('金額まで', 'Total to'), max: 16 },
      {
        kind: 'list',
        name: 'kind',
        label: t('種類', 'Kind'),
        options: KINDS.map((value) => ({ value, label: kindText(value, t) })),
      },
    ];
    const read = Object.fromEntries(Object.entries(filter).map(([name, value]) => [name, String(value)]));
    const values = {
      ...Object.fromEntries(Object.keys(faults).map((name) => [name, query.get(name)!])),
      ...read,
    };
    return page({
      title: t('請求書', 'Invoices'),
      section: 'invoices',
      actions: (
        <>
          {items.length > 0 && (
            <ActionLink
              href={`/portal/invoices.zip?${new URLSearchParams(values).toString()}`}
              label={t('この検索結果をZIPでダウンロードする', 'Download what was found as ZIP')}
            />
          )}
          <ActionLink href="/portal/corrections" label={t('判明した差額', 'Differences')} />
          {hasRole(visit.me, 'operator', 'finance') && (
            <>
              <ActionLink href="/portal/credit-notes" label={t('返還', 'Credit notes')} />
              <ActionLink href="/portal/approvals" label={t('承認', 'Approvals')} />
            </>
          )}
        </>
      ),
      body: (
        <>
          <Filters fields={fields} values={values} faults={faults} submit={t('検索する', 'Search')} />
          <InvoiceTable
            invoices={items}
            empty={
              Object.keys(values).length > 0
                ? t(
                    '条件に合う書類はありません。条件を変えてください。',
                    'No document matches; change the search.',
                  )
                : t(
                    '請求書はまだありません。「月次締め」で発行します。',
                    'There is no document yet; they are issued by a month close.',
                  )
            }
          />
          <Pager nextCursor={nextCursor} />
        </>
      ),
    });
  }

  @Get(':number')
  @Access(anybody)
  async one(@Visited() visit: Signed, @Param('number') number: string): Promise<Answer> {
    const { t, language, api, me, query } = visit;
    const invoice = await api.GET('/v1/invoices/{number}', { params: { path: { number } } });
    const [contract, corrections, creditNotes, deliveries] = await Promise.all([
      readContract(visit, invoice.contract),
      orNothing(api.GET('/v1/invoices/{number}/corrections', { params: { path: { number } } })),
      orNothing(api.GET('/v1/invoices/{number}/credit-notes', { params: { path: { number } } })),
      orNothing(api.GET('/v1/invoices/{number}/deliveries', { params: { path: { number } } })),
    ]);
    return page({
      title: `${kindText(invoice.kind, t)} ${number}`,
      section: isOffice(me) ? 'invoices' : 'billing',
      ...ofContract(contract),
      trail: [
        isOffice(me)
          ? { href: '/portal/invoices', label: t('請求書', 'Invoices') }
          : { href: `${contractPath(invoice.contract)}/billing`, label: t('請求', 'Billing') },
      ],
      lead: `${invoice.recipient.name} ${invoice.recipient.honorific ?? '御中'}`,
      done: doneIn(query, {
        credit: t(
          '返還の承認を依頼しました。別の担当者が承認すると発行されます',
          'Another person has to approve the credit note',
        ),
        delivery: t('送付を受け付けました', 'It will be sent'),
      }),
      actions: (
        <>
          {isOffice(me) && (
            <ActionButton
              action={`/portal/invoices/${number}/verification`}
              label={t('検証する', 'Verify')}
            />
          )}
          {hasRole(me, 'operator', 'finance') && invoice.kind === 'invoice' && (
            <ActionLink
              href={`/portal/invoices/${number}/credit-note`}
              label={t('返還を申請する', 'Ask for a credit note')}
            />
          )}
          <PrintButton />
        </>
      ),
      body: (
        <>
          <Way invoice={invoice} />
          <div class="cards">
            <section class="card card-half">
              <h2>{t('書類', 'Document')}</h2>
              <Facts
                facts={[
                  [t('対象月', 'Month'), monthText(invoice.month, language)],
                  [
                    t('利用期間', 'Period'),
                    `${dayText(invoice.period.from, language)} – ${dayText(invoice.period.to, language)}`,
                  ],
                  [t('発行日', 'Issued'), <Day day={invoice.issuedOn} />],
                  [t('支払期限', 'Due'), <Day day={invoice.dueOn} />],
                  [t('発行者', 'Issuer'), invoice.issuer.name],
                  [
                    t('登録番号', 'Registration number'),
                    invoice.issuer.registrationNumber ?? t('なし', 'None'),
                  ],
                  isOffice(me) && [
                    t('契約', 'Contract'),
                    <a href={contractPath(invoice.contract)}>{contract.applicant.name}</a>,
                  ],
                  invoice.corrects !== undefined &&
                    invoice.corrects !== null && [
                      t('元の請求書', 'Corrects'),
                      <InvoiceLink number={invoice.corrects.number} />,
                    ],
                ]}
              />
            </section>
            <section class="card card-half">
              <h2>{t('合計', 'Totals')}</h2>
              <Totals taxes={invoice.taxes} net={invoice.net} tax={invoice.tax} total={invoice.total} />
            </section>
          </div>
          <Panel title={t('明細', 'Lines')}>
            <Lines lines={invoice.lines} number={number} />
          </Panel>
          <DocumentFiles number={number} contract={invoice.contract} files={invoice.files} />
          {deliveries !== undefined && <Deliveries number={number} deliveries={deliveries.items} />}
          {invoice.exports !== undefined && <Exports rows={invoice.exports} />}
          {invoice.lines.some(({ tiers }) => tiers !== undefined) && <Tiers invoice={invoice} />}
          <Panel title={t('発行後に判明した差額', 'Differences found after the issue')}>
            <Corrections rows={corrections?.items ?? []} />
          </Panel>
          {creditNotes !== undefined && creditNotes.items.length > 0 && (
            <CreditNotes rows={creditNotes.items} />
          )}
        </>
      ),
    });
  }
}
