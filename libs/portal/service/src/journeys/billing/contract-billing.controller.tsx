import { Controller, Get, Param } from '@nestjs/common';
import { ActionLink } from '../../components/action-link.tsx';
import { orNothing } from '../../api/portal-api.ts';
import { Alert } from '../../components/alert.tsx';
import { monthAfter, monthOfDate, monthText } from '../../components/time.tsx';
import { Facts, Pager, Panel, Table } from '../../components/table.tsx';
import { type Answer, page } from '../../pages/answer.ts';
import { Access, Visited } from '../../visit/access.decorator.ts';
import { inContract } from '../../visit/audiences.ts';
import { mayOpen } from '../../visit/me.ts';
import { pageIn, doneIn, monthIn } from '../../visit/query.ts';
import type { Signed } from '../../visit/visit.ts';
import { contractPath, ofContract, readContract } from '../contracts/contract-words.tsx';
import { dayShown, HoursPicture } from './hours-picture.tsx';
import { UsagePicture } from '../contracts/usage-picture.tsx';
import { numberText } from '../../components/money.tsx';
import { Corrections, InvoiceTable, Lines, Totals } from './document-words.tsx';
import { endpointText, paymentTermText } from './party-fields.ts';
import type { Named } from '../../visit/named.ts';

type AtMonth = Named<'contract' | 'month'>;

/** What one contract is billed: forecast, documents, differences, and to whom they go. */
@Controller('portal/contracts/:contract')
export class ContractBillingController {
  @Get('billing')
  @Access(inContract('read', 'operator', 'finance', 'auditor'))
  async billing(@Visited() visit: Signed, @Param('contract') id: string): Promise<Answer> {
    const { t, language, api, query, path, me } = visit;
    const month = monthIn(query, 'month') ?? monthOfDate(visit.today);
    const [contract, preview, usage, invoices, corrections, profile] = await Promise.all([
      readContract(visit, id),
      orNothing(
        api.GET('/v1/contracts/{id}/invoices/preview', { params: { path: { id }, query: { month } } }),
      ),
      orNothing(api.GET('/v1/contracts/{id}/usage/{month}', { params: { path: { id, month } } })),
      api.GET('/v1/invoices', { params: { query: { contract: id, ...pageIn(query) } } }),
      orNothing(
        api.GET('/v1/contracts/{id}/corrections', { params: { path: { id }, query: { limit: 50 } } }),
      ),
      orNothing(api.GET('/v1/contracts/{id}/billing-profile', { params: { path: { id } } })),
    ]);
    return page({
      title: t('請求', 'Billing'),
      section: 'billing',
      ...ofContract(contract),
      done: doneIn(query, { profile: t('請求先を変更しました', 'The billing profile was changed') }),
      body: (
        <>
          <Panel
            title={t(`${monthText(month, language)}の見込み（未確定）`, `Forecast of ${month} (not final)`)}
            actions={
              <>
                <a href={`${path}?month=${monthAfter(month, -1)}`}>{t('前の月', 'Month before')}</a>
                <a href={`${path}?month=${monthAfter(month)}`}>{t('次の月', 'Month after')}</a>
              </>
            }
          >
            {preview?.outcome === 'issued' ? (
              <p>
                {t('この月は発行済みです：', 'This month is issued: ')}
                {(preview.issued ?? []).map((number) => (
                  <a key={number} href={`/portal/invoices/${number}`}>
                    {number}{' '}
                  </a>
                ))}
              </p>
            ) : preview?.lines !== undefined && preview.total !== undefined ? (
              <>
                {!preview.complete && (
                  <Alert
                    kind="info"
                    title={t(
                      '月が終わるまで、金額は変わります。',
                      'The amounts change until the month has ended.',
                    )}
                  />
                )}
                <Lines lines={preview.lines} />
                <Totals
                  taxes={preview.taxes ?? []}
                  net={preview.net ?? '0'}
                  tax={preview.tax ?? '0'}
                  total={preview.total}
                />
              </>
            ) : (
              <p>
                {preview?.outcome === 'nothing-due'
                  ? t('この月の請求はありません。', 'Nothing is due for this month.')
                  : t(
                      'この月はまだ計算できません。料金の提示と課金開始日をご確認ください。',
                      'It cannot be told yet: are prices quoted, and is the billing start set?',
                    )}
              </p>
            )}
          </Panel>
          {usage !== undefined && (
            <Panel
              title={t('利用状況', 'Usage')}
              actions={
                <a href={`${contractPath(id)}/usage/${month}`}>
                  {t('アカウントごと・時間ごとの内訳', 'By account and by hour')}
                </a>
              }
            >
              <Facts
                facts={[
                  [t('利用したアカウント', 'Accounts used'), numberText(usage.accounts.count)],
                  [t('係数の合計', 'Sum of coefficients'), numberText(usage.accounts.coefficientSum)],
                  [t('認証の成功', 'Successes'), numberText(usage.authentications.count)],
                  usage.billed !== undefined && [
                    t('請求済みの利用', 'Billed so far'),
                    usage.billed.accounts === undefined
                      ? numberText(usage.billed.authentications?.count ?? 0)
                      : t(
                          `${numberText(usage.billed.accounts.count)}アカウント（係数 ${numberText(usage.billed.accounts.coefficientSum)}）`,
                          `${numberText(usage.billed.accounts.count)} accounts (${numberText(usage.billed.accounts.coefficientSum)})`,
                        ),
                  ],
                ]}
              />
              <UsagePicture usage={usage} />
            </Panel>
          )}
          <Panel
            title={t('発行済みの請求書', 'Issued documents')}
            actions={
              invoices.items.length > 0 && (
                <ActionLink
                  href={`/portal/invoices.zip?contract=${id}`}
                  label={t('すべてをZIPでダウンロードする', 'Download all as ZIP')}
                />
              )
            }
          >
            <InvoiceTable
              invoices={invoices.items}
              empty={t(
                '請求書はまだありません。月が終わってから発行されます。',
                'There is no invoice yet; they are issued after a month has ended.',
              )}
            />
            <Pager nextCursor={invoices.nextCursor} />
          </Panel>
          <Panel title={t('発行後に判明した差額', 'Differences found after the issue')}>
            <Corrections rows={corrections?.items ?? []} />
          </Panel>
          {profile !== undefined && (
            <Panel
              title={t('請求先', 'Billing profile')}
              actions={
                mayOpen(me, id, 'billing', 'operator', 'finance') && (
                  <ActionLink
                    href={`${contractPath(id)}/billing-profile`}
                    label={t('請求先を変更する', 'Change it')}
                  />
                )
              }
            >
              <Facts
                facts={[
                  [
                    t('宛名', 'To'),
                    `${profile.billTo.name ?? contract.applicant.name} ${profile.billTo.honorific}`,
                  ],
                  [t('郵便番号', 'Postal code'), profile.billTo.postalCode ?? '—'],
                  [t('住所', 'Address'), profile.billTo.address ?? '—'],
                  [t('部署', 'Department'), profile.billTo.department ?? '—'],
                  [t('担当者', 'Contact'), profile.billTo.contact ?? '—'],
                  [t('発注番号', 'Purchase order'), profile.purchaseOrder ?? '—'],
                  [
                    t('送付方法', 'Delivery'),
                    profile.delivery
                      .map(
                        (each) =>
                          ({
                            mail: t('メール', 'mail'),
                            'e-invoice': t('電子インボイス', 'e-invoice'),
                            download: t('ダウンロード', 'download'),
                          })[each],
                      )
                      .join('、'),
                  ],
                  [t('書類を送るメールアドレス', 'Documents go to'), profile.email ?? '—'],
                  [t('電子インボイスの宛先', 'Address for e-invoices'), endpointText(profile.endpoint, t)],
                  profile.paymentTerm !== undefined && [
                    t('支払期限', 'Due day'),
                    paymentTermText(profile.paymentTerm, t),
                  ],
                  profile.customerCode !== undefined && [
                    t('会計での取引先コード', 'Customer code in accounting'),
                    profile.customerCode,
                  ],
                ]}
              />
            </Panel>
          )}
        </>
      ),
    });
  }

  @Get('usage/:month')
  @Access(inContract('read', 'operator', 'finance', 'auditor'))
  async usage(@Visited() visit: Signed, @Param() { contract: id, month }: AtMonth): Promise<Answer> {
    const { t, language, api, query, me, today } = visit;
    const day = dayShown(month, query.get('day'), today);
    const [contract, accounts, successes] = await Promise.all([
      readContract(visit, id),
      api.GET('/v1/contracts/{id}/usage/{month}/accounts', {
        params: { path: { id, month }, query: pageIn(query) },
      }),
      orNothing(api.GET('/v1/contracts/{id}/successes', { params: { path: { id }, query: { day } } })),
    ]);
    const title = t(`アカウントごとの利用（${monthText(month, language)}）`, `Usage by account (${month})`);
    return page({
      title,
      section: 'billing',
      ...ofContract(contract),
      trail: [{ href: `${contractPath(id)}/billing?month=${month}`, label: t('請求', 'Billing') }],
      lead: t(
        '係数＝利用日数÷その月の日数（小数第4位を切り捨て、別紙1 備考(1)）',
        'coefficient = used days ÷ days of the month, three decimals (別紙1 備考(1))',
      ),
      body: (
        <>
          <Table
            caption={title}
            rows={accounts.items}
            nextCursor={accounts.nextCursor}
            empty={t('この月に利用したアカウントはありません。', 'No account was used in this month.')}
            columns={[
              {
                head: 'ID',
                names: true,
                cell: ({ externalId, account }) =>
                  mayOpen(me, id, 'read', 'operator', 'auditor') ? (
                    <a href={`${contractPath(id)}/ids/${account}`}>{externalId ?? t('消去済', 'Erased')}</a>
                  ) : (
                    (externalId ?? t('消去済', 'Erased'))
                  ),
              },
              {
                head: t('利用日数', 'Used days'),
                number: true,
                cell: ({ usedDays }) => numberText(usedDays),
              },
              {
                head: t('係数', 'Coefficient'),
                number: true,
                cell: ({ coefficient }) => thousandths(coefficient),
              },
              {
                head: t('料金（円、丸め前）', 'Fee in yen, before rounding'),
                number: true,
                cell: ({ fee }) => (fee === null ? '—' : numberText(fee)),
              },
            ]}
          />
          <HoursPicture month={month} day={day} successes={successes} />
        </>
      ),
    });
  }
}

/** A coefficient with all its decimals, so that those of a column stand below each other (別紙1 備考(1)). */
function thousandths(coefficient: string): string {
  const [whole, decimals = ''] = coefficient.split('.');
  return `${whole}.${decimals.padEnd(3, '0')}`;
}
