import { Controller, Get, Param, Post } from '@nestjs/common';
import { ok, orNothing, type Schemas } from '../../api/portal-api.ts';
import { Alert } from '../../components/alert.tsx';
import { Steps } from '../../components/chart.tsx';
import { numberText, yenText } from '../../components/money.tsx';
import { Day, dayText, monthText } from '../../components/time.tsx';
import { Facts, Pager, Panel, Table } from '../../components/table.tsx';
import type { Field } from '../../forms/field.ts';
import { FieldControl } from '../../forms/fields.tsx';
import { ActionButton, runForm } from '../../forms/form-flow.tsx';
import { keyOf } from '../../forms/posted-key.ts';
import { type Answer, page, redirect } from '../../pages/answer.ts';
import { Done, Heading } from '../../pages/layout.tsx';
import { Access, Visited, Weighty } from '../../visit/access.decorator.ts';
import { anybody, office, only } from '../../visit/audiences.ts';
import { hasRole, isOffice } from '../../visit/me.ts';
import { chosen, cursorIn, dayIn, doneIn, monthIn } from '../../visit/query.ts';
import type { Signed } from '../../visit/visit.ts';
import { contractPath, ofContract, readContract } from '../contracts/contract-words.tsx';
import { downloaded } from '../ids/imports.controller.tsx';
import { PrintButton } from '../plan/plan.controller.tsx';
import {
  Corrections,
  InvoiceTable,
  itemText,
  kindText,
  Lines,
  taxText,
  Totals,
  type Invoice,
} from './document-words.tsx';

const KINDS = ['invoice', 'correction', 'credit-note'] as const;

/** Documents that were issued: found, read, explained line by line, and derived once more. */
@Controller('portal/invoices')
export class InvoicesController {
  @Get()
  @Access(office)
  async list(@Visited() visit: Signed): Promise<Answer> {
    const { t, api, query, path } = visit;
    const filter = {
      ...optional('month', monthIn(query, 'month')),
      ...optional('kind', chosen(query, 'kind', KINDS)),
      ...optional('from', dayIn(query, 'from')),
      ...optional('to', dayIn(query, 'to')),
      ...optional('minTotal', amountIn(query, 'minTotal')),
      ...optional('maxTotal', amountIn(query, 'maxTotal')),
      ...optional('party', query.get('party')?.trim().slice(0, 200) || undefined),
    };
    const { items, nextCursor } = await ok(
      api.GET('/v1/invoices', { params: { query: { limit: 50, ...filter, ...cursorIn(query) } } }),
    );
    const title = t('請求書', 'Invoices');
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
    const values = Object.fromEntries(Object.entries(filter).map(([name, value]) => [name, String(value)]));
    return page({
      title,
      section: 'invoices',
      body: (
        <>
          <Heading title={title}>
            <a class="button secondary" href="/portal/corrections">
              {t('判明した差額', 'Differences')}
            </a>
            {hasRole(visit.me, 'operator', 'finance') && (
              <a class="button secondary" href="/portal/approvals">
                {t('承認', 'Approvals')}
              </a>
            )}
          </Heading>
          <form class="filters" method="get" action={path} role="search">
            {fields.map((field) => (
              <FieldControl key={field.name} field={field} values={values} fault={undefined} t={t} bare />
            ))}
            <button type="submit" class="secondary">
              {t('検索する', 'Search')}
            </button>
          </form>
          <InvoiceTable
            visit={visit}
            invoices={items}
            empty={
              Object.keys(filter).length > 0
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
          <Pager t={t} path={path} query={query} nextCursor={nextCursor} />
        </>
      ),
    });
  }

  @Get(':number')
  @Access(anybody)
  async one(@Visited() visit: Signed, @Param('number') number: string): Promise<Answer> {
    const { t, language, api, me, query } = visit;
    const invoice = await ok(api.GET('/v1/invoices/{number}', { params: { path: { number } } }));
    const [contract, corrections, creditNotes] = await Promise.all([
      readContract(visit, invoice.contract),
      orNothing(api.GET('/v1/invoices/{number}/corrections', { params: { path: { number } } })),
      orNothing(api.GET('/v1/invoices/{number}/credit-notes', { params: { path: { number } } })),
    ]);
    const done = doneIn(query, {
      credit: t(
        '返還の承認を依頼しました。別の担当者が承認すると発行されます',
        'Another person has to approve the credit note',
      ),
    });
    return page({
      title: `${kindText(invoice.kind, t)} ${number}`,
      section: isOffice(me) ? 'invoices' : 'billing',
      ...ofContract(contract),
      trail: [
        isOffice(me)
          ? { href: '/portal/invoices', label: t('請求書', 'Invoices') }
          : { href: `${contractPath(invoice.contract)}/billing`, label: t('請求', 'Billing') },
      ],
      body: (
        <>
          {done !== undefined && <Done text={done} />}
          <Heading
            title={`${kindText(invoice.kind, t)} ${number}`}
            lead={`${invoice.recipient.name} ${invoice.recipient.honorific ?? '御中'}`}
          >
            <a class="button secondary" href={`/portal/invoices/${number}/file.csv`}>
              {t('CSVをダウンロードする', 'Download CSV')}
            </a>
            {isOffice(me) && (
              <ActionButton
                visit={visit}
                action={`/portal/invoices/${number}/verification`}
                label={t('検証する', 'Verify')}
              />
            )}
            {hasRole(me, 'operator', 'finance') && invoice.kind === 'invoice' && (
              <a class="button secondary" href={`/portal/invoices/${number}/credit-note`}>
                {t('返還を申請する', 'Ask for a credit note')}
              </a>
            )}
            <PrintButton t={t} />
          </Heading>
          <Way visit={visit} invoice={invoice} />
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
                  [t('発行日', 'Issued'), <Day day={invoice.issuedOn} language={language} />],
                  [t('支払期限', 'Due'), <Day day={invoice.dueOn} language={language} />],
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
                      <a href={`/portal/invoices/${invoice.corrects.number}`}>{invoice.corrects.number}</a>,
                    ],
                ]}
              />
            </section>
            <section class="card card-half">
              <h2>{t('合計', 'Totals')}</h2>
              <Totals t={t} taxes={invoice.taxes} net={invoice.net} tax={invoice.tax} total={invoice.total} />
            </section>
          </div>
          <Panel title={t('明細', 'Lines')}>
            <Lines visit={visit} lines={invoice.lines} number={number} />
          </Panel>
          {invoice.lines.some(({ tiers }) => tiers !== undefined) && (
            <Tiers visit={visit} invoice={invoice} />
          )}
          <Panel title={t('発行後に判明した差額', 'Differences found after the issue')}>
            <Corrections visit={visit} rows={corrections?.items ?? []} />
          </Panel>
          {creditNotes !== undefined && creditNotes.items.length > 0 && (
            <Panel title={t('返還', 'Credit notes')}>
              <Table
                caption={t('返還', 'Credit notes')}
                rows={creditNotes.items}
                empty=""
                columns={[
                  {
                    head: t('番号', 'Number'),
                    names: true,
                    cell: ({ number: issued, id }) =>
                      issued === undefined ? (
                        <code>{id}</code>
                      ) : (
                        <a href={`/portal/invoices/${issued}`}>{issued}</a>
                      ),
                  },
                  {
                    head: t('金額（税抜）', 'Amount, without tax'),
                    number: true,
                    cell: ({ amount }) => yenText(amount),
                  },
                  { head: t('理由', 'Reason'), cell: ({ reason }) => reason },
                  {
                    head: t('状態', 'State'),
                    cell: ({ status }) =>
                      ({
                        proposed: t('承認待ち', 'To be approved'),
                        issued: t('発行済み', 'Issued'),
                        rejected: t('却下', 'Rejected'),
                      })[status],
                  },
                ]}
              />
            </Panel>
          )}
        </>
      ),
    });
  }

  @Get(':number/file.csv')
  @Access(anybody)
  async csv(@Visited() visit: Signed, @Param('number') number: string): Promise<Answer> {
    const { response } = await visit.api.GET('/v1/invoices/{number}', {
      params: { path: { number }, query: { encoding: 'utf-8-bom' } },
      headers: { accept: 'text/csv' },
      parseAs: 'stream',
    });
    return downloaded(response, `${number}.csv`);
  }

  @Get(':number/lines/:n')
  @Access(anybody)
  async evidence(
    @Visited() visit: Signed,
    @Param('number') number: string,
    @Param('n') n: string,
  ): Promise<Answer> {
    const { t, language, api, query, path, me } = visit;
    const [invoice, { items, nextCursor }] = await Promise.all([
      ok(api.GET('/v1/invoices/{number}', { params: { path: { number } } })),
      ok(
        api.GET('/v1/invoices/{number}/lines/{n}/evidence', {
          params: { path: { number, n: n as never }, query: { limit: 50, ...cursorIn(query) } },
        }),
      ),
    ]);
    const line = invoice.lines.find((each) => String(each.n) === n);
    const title = t(`計算の根拠（明細${n}）`, `Evidence of line ${n}`);
    return page({
      title,
      of: invoice.recipient.name,
      section: isOffice(me) ? 'invoices' : 'billing',
      trail: [{ href: `/portal/invoices/${number}`, label: number }],
      body: (
        <>
          <Heading title={title} lead={line?.description} />
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
          <Panel title={t('もとになった記録', 'The facts behind it')}>
            <Table<Schemas['EvidenceItem']>
              caption={title}
              rows={items}
              empty={<p>{t('もとになった記録はありません。', 'There is no fact behind it.')}</p>}
              columns={[
                {
                  head: t('日', 'Day'),
                  names: true,
                  cell: ({ day }) => <Day day={day} language={language} />,
                },
                {
                  head: t('まで', 'Until'),
                  cell: ({ until }) =>
                    until === undefined || until === null ? '—' : <Day day={until} language={language} />,
                },
                { head: t('記録', 'Fact'), cell: ({ type }) => eventText(type, t) },
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
                      <a href={`${contractPath(invoice.contract)}/ids/${account}`}>{account}</a>
                    ),
                },
                {
                  head: t('記録の場所', 'Where'),
                  cell: ({ stream, revision }) => <code>{`${stream}#${revision}`}</code>,
                },
              ]}
            />
            <Pager t={t} path={path} query={query} nextCursor={nextCursor} />
          </Panel>
        </>
      ),
    });
  }

  @Post(':number/verification')
  @Access(office)
  async verify(@Visited() visit: Signed, @Param('number') number: string): Promise<Answer> {
    const { t, api } = visit;
    const found = await ok(
      api.POST('/v1/invoices/{number}/verification', {
        params: { path: { number }, header: { 'Idempotency-Key': keyOf(visit.form) } } as never,
      }),
    );
    const title = t(`検証の結果（${number}）`, `Verification of ${number}`);
    return page({
      title,
      section: 'invoices',
      trail: [{ href: `/portal/invoices/${number}`, label: number }],
      body: (
        <div class="narrow">
          <Heading title={title} />
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
          <a class="button secondary" href={`/portal/invoices/${number}`}>
            {t('書類へ戻る', 'Back to the document')}
          </a>
        </div>
      ),
    });
  }

  @Get(':number/credit-note')
  @Weighty()
  @Access(only('operator', 'finance'))
  creditForm(@Visited() visit: Signed, @Param('number') number: string): Promise<Answer> {
    return this.credit(visit, number);
  }

  @Post(':number/credit-note')
  @Weighty()
  @Access(only('operator', 'finance'))
  async credit(@Visited() visit: Signed, @Param('number') number: string): Promise<Answer> {
    const { t, api } = visit;
    const invoice = await ok(api.GET('/v1/invoices/{number}', { params: { path: { number } } }));
    const back = `/portal/invoices/${number}`;
    const codes = invoice.taxes.map(({ taxCode }) => taxCode);
    return runForm(visit, {
      title: t(`返還の申請（${number}）`, `Credit note for ${number}`),
      lead: t(
        '契約者と合意した減額です。別の担当者が承認すると、返還の書類が発行されます。',
        'An agreed reduction. It is issued once another person approves it.',
      ),
      initial: { taxCode: codes[0] ?? '', agreedOn: visit.today },
      fields: [
        {
          kind: 'amount',
          name: 'amount',
          label: t('減額する金額（税抜き）', 'Amount, without tax'),
          required: true,
          unit: t('円', 'yen'),
        },
        {
          kind: 'list',
          name: 'taxCode',
          label: t('税率', 'Tax'),
          required: true,
          options: codes.map((value) => ({ value, label: taxText(value, t) })),
        },
        { kind: 'day', name: 'agreedOn', label: t('合意した日', 'Agreed on'), required: true },
        { kind: 'multiline', name: 'reason', label: t('理由', 'Reason'), required: true, max: 500 },
      ],
      submit: t('承認を依頼する', 'Ask for approval'),
      back: { href: back, label: t('戻る', 'Back') },
      page: { section: 'invoices', of: invoice.recipient.name, trail: [{ href: back, label: number }] },
      foresee: (values) => ({
        shown: (
          <Alert
            kind="info"
            title={t(
              `${yenText(values['amount']!)}（税抜き）の返還を申請します。`,
              `A credit of ${values['amount']} yen without tax is asked for.`,
            )}
          >
            <p>
              {t(
                '承認されるまで書類は発行されません。承認する人は、申請した人と別の担当者です。',
                'Nothing is issued before another person approves it.',
              )}
            </p>
          </Alert>
        ),
      }),
      send: async (values, { key }) => {
        await ok(
          api.POST('/v1/invoices/{number}/credit-notes', {
            params: { path: { number }, header: { 'Idempotency-Key': key } },
            body: {
              amount: values['amount']!,
              taxCode: values['taxCode'] as Schemas['CreditNoteForm']['taxCode'],
              reason: values['reason']!,
              agreedOn: values['agreedOn']!,
            },
          }),
        );
        return redirect(`${back}?done=credit`);
      },
    });
  }
}

const optional = <Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { [Each in Name]?: Value } => (value === undefined ? {} : { [name]: value }) as { [Each in Name]?: Value };

function amountIn(query: URLSearchParams, name: string): string | undefined {
  const text =
    query
      .get(name)
      ?.normalize('NFKC')
      .replace(/[,\s円]/g, '') ?? '';
  return /^-?\d{1,15}$/.test(text) ? text : undefined;
}

const EVENTS: Readonly<Record<string, readonly [string, string]>> = {
  ContractAccepted: ['契約の承諾', 'Contract accepted'],
  BillingStartSet: ['課金開始日', 'Billing start set'],
  PriceQuoted: ['料金の提示', 'Price quoted'],
  IdRegistered: ['IDの登録', 'ID registered'],
  IdDeregistered: ['IDの解除', 'ID deregistered'],
  AuthSucceeded: ['認証の成功', 'Authentication succeeded'],
  FeeObligationArose: ['費用の発生', 'Fee arose'],
};

const eventText = (type: string, t: (ja: string, en: string) => string): string => {
  const known = EVENTS[type];
  return known === undefined ? type : t(...known);
};

/** An invoice's way from what was measured to what is to be paid. */
function Way({ visit: { t }, invoice }: { readonly visit: Signed; readonly invoice: Invoice }) {
  const usage = invoice.lines.find(({ item }) => item === 'account-usage' || item === 'auth-api-usage');
  return (
    <Steps
      label={t('金額の成り立ち', 'How the total came about')}
      steps={[
        ...(usage === undefined
          ? []
          : [
              {
                label: t('利用の記録', 'Use'),
                detail: `${itemText(usage.item, t)} ${numberText(usage.quantity)}`,
              },
              {
                label: t('料金', 'Price'),
                detail: usage.unitPrice === null ? t('段階別の単価', 'By tiers') : yenText(usage.unitPrice),
              },
            ]),
        { label: t('税抜合計', 'Net'), detail: yenText(invoice.net) },
        { label: t('消費税', 'Tax'), detail: yenText(invoice.tax) },
        { label: t('請求額', 'Total'), detail: yenText(invoice.total) },
      ]}
    />
  );
}

function Tiers({ visit: { t }, invoice }: { readonly visit: Signed; readonly invoice: Invoice }) {
  const tiers = invoice.lines.flatMap((line) => line.tiers ?? []);
  return (
    <Panel title={t('段階ごとの内訳', 'By tier')}>
      <Table<Schemas['TierCharge']>
        caption={t('段階ごとの内訳', 'By tier')}
        rows={tiers}
        empty=""
        columns={[
          {
            head: t('段階', 'Tier'),
            names: true,
            cell: ({ from, upTo }) => `${numberText(from)} – ${upTo === null ? '' : numberText(upTo)}`,
          },
          { head: t('回数', 'Units'), number: true, cell: ({ units }) => numberText(units) },
          { head: t('単価', 'Unit price'), number: true, cell: ({ unitPrice }) => yenText(unitPrice) },
          {
            head: t('定額', 'Flat fee'),
            number: true,
            cell: ({ flatFee }) => (flatFee === undefined ? '—' : yenText(flatFee)),
          },
          { head: t('金額', 'Amount'), number: true, cell: ({ amount }) => numberText(amount) },
        ]}
      />
    </Panel>
  );
}
