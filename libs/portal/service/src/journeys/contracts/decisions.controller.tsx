import { Controller, Get, Param, Post } from '@nestjs/common';
import { ok, type Schemas } from '../../api/portal-api.ts';
import { Alert } from '../../components/alert.tsx';
import { dayText } from '../../components/time.tsx';
import type { Field, Values } from '../../forms/field.ts';
import { type FormSpec, runForm } from '../../forms/form-flow.tsx';
import { type Answer, redirect } from '../../pages/answer.ts';
import { Access, Visited, Weighty } from '../../visit/access.decorator.ts';
import { inContract, only } from '../../visit/audiences.ts';
import type { Signed } from '../../visit/visit.ts';
import { contractPath, ofContract, planName, readContract, type Contract } from './contract-words.tsx';

/** What the operator decides of an application, and of the contract that it becomes. */
@Controller('portal/contracts/:contract')
export class DecisionsController {
  @Get('acceptance')
  @Access(only('operator'))
  acceptance(@Visited() visit: Signed, @Param('contract') id: string): Promise<Answer> {
    return this.accept(visit, id);
  }

  @Post('acceptance')
  @Access(only('operator'))
  async accept(@Visited() visit: Signed, @Param('contract') id: string): Promise<Answer> {
    const { t, language } = visit;
    const contract = await readContract(visit, id);
    return runForm(visit, {
      ...decision(visit, contract, t('申し込みの承諾', 'Accept the application')),
      lead: t(
        '承諾（第1条・第3条）により契約が成立します。',
        'With the acceptance the contract comes about.',
      ),
      fields: [
        {
          kind: 'day',
          name: 'billingStartDate',
          label: t('課金開始日', 'Billing start date'),
          hint: t(
            '承諾日以後の日です。決まっていなければ空欄にし、あとで決められます（第7条）。',
            'The day of acceptance or later; may be set later (第7条).',
          ),
        },
      ],
      submit: t('この内容で承諾する', 'Accept'),
      foresee: (values) => ({
        shown: (
          <Alert
            kind="info"
            title={t(
              `${contract.applicant.name}の申し込みを承諾します。`,
              `The application of ${contract.applicant.name} is accepted.`,
            )}
          >
            <p>
              {values['billingStartDate']
                ? t(
                    `月額料金は${dayText(values['billingStartDate'], language)}から発生します（第7条）。初期費用は0円です（別紙1）。`,
                    `Monthly fees arise from ${values['billingStartDate']} on (第7条). The initial fee is 0 yen.`,
                  )
                : t(
                    '課金開始日が決まるまで、料金は発生しません（第7条）。',
                    'Nothing is due until the billing start date is set (第7条).',
                  )}
            </p>
            <p>
              {t(
                '承諾は取り消せません。契約を終わらせるには解約（第6条）の手続きが必要です。',
                'It cannot be undone; a contract ends by cancellation (第6条).',
              )}
            </p>
          </Alert>
        ),
      }),
      send: async (values, { key }) => {
        await ok(
          visit.api.POST('/v1/contracts/{id}/acceptance', {
            params: { path: { id }, header: { 'Idempotency-Key': key } },
            body: values['billingStartDate'] ? { billingStartDate: values['billingStartDate'] } : {},
          }),
        );
        return redirect(`${contractPath(id)}?done=accepted`);
      },
    });
  }

  @Get('rejection')
  @Access(only('operator'))
  rejection(@Visited() visit: Signed, @Param('contract') id: string): Promise<Answer> {
    return this.reject(visit, id);
  }

  @Post('rejection')
  @Access(only('operator'))
  async reject(@Visited() visit: Signed, @Param('contract') id: string): Promise<Answer> {
    const { t } = visit;
    return this.end(
      visit,
      id,
      t('申し込みを承諾しない', 'Reject the application'),
      t('承諾しないことを記録する', 'Reject'),
      async (reason, key) => {
        await ok(
          visit.api.POST('/v1/contracts/{id}/rejection', {
            params: { path: { id }, header: { 'Idempotency-Key': key } },
            body: { reason },
          }),
        );
        return redirect(`${contractPath(id)}?done=rejected`);
      },
    );
  }

  @Get('withdrawal')
  @Access(only('operator'))
  withdrawal(@Visited() visit: Signed, @Param('contract') id: string): Promise<Answer> {
    return this.withdraw(visit, id);
  }

  @Post('withdrawal')
  @Access(only('operator'))
  async withdraw(@Visited() visit: Signed, @Param('contract') id: string): Promise<Answer> {
    const { t } = visit;
    return this.end(
      visit,
      id,
      t('申し込みの取り下げ', 'Withdrawal of the application'),
      t('取り下げを記録する', 'Record the withdrawal'),
      async (reason, key) => {
        await ok(
          visit.api.POST('/v1/contracts/{id}/withdrawal', {
            params: { path: { id }, header: { 'Idempotency-Key': key } },
            body: { reason },
          }),
        );
        return redirect(`${contractPath(id)}?done=withdrawn`);
      },
    );
  }

  private async end(
    visit: Signed,
    id: string,
    title: string,
    submit: string,
    send: (reason: string, key: string) => Promise<Answer>,
  ): Promise<Answer> {
    const { t } = visit;
    const contract = await readContract(visit, id);
    return runForm(visit, {
      ...decision(visit, contract, title),
      fields: [reasonField(visit)],
      submit,
      danger: true,
      foresee: () => ({
        shown: (
          <Alert kind="warning" title={t('この操作は取り消せません。', 'This cannot be undone.')}>
            <p>{contract.applicant.name}</p>
          </Alert>
        ),
      }),
      send: (values, { key }) => send(values['reason']!, key),
    });
  }

  @Get('billing-start')
  @Access(only('operator'))
  billingStart(@Visited() visit: Signed, @Param('contract') id: string): Promise<Answer> {
    return this.setBillingStart(visit, id);
  }

  @Post('billing-start')
  @Access(only('operator'))
  async setBillingStart(@Visited() visit: Signed, @Param('contract') id: string): Promise<Answer> {
    const { t, language } = visit;
    const contract = await readContract(visit, id);
    return runForm(visit, {
      ...decision(visit, contract, t('課金開始日', 'Billing start date')),
      initial: { date: contract.billingStartDate ?? '' },
      fields: [
        { kind: 'day', name: 'date', label: t('課金開始日', 'Billing start date'), required: true },
        reasonField(visit),
        {
          kind: 'multiline',
          name: 'agreement',
          label: t('契約者との合意', 'The contractor’s agreement'),
          max: 500,
          hint: t(
            '発行済みの月が変わる場合に必要です（第7条）。',
            'Needed where an issued month changes (第7条).',
          ),
        },
      ],
      submit: t('この日に決める', 'Set this day'),
      foresee: (values) => ({
        shown: (
          <Alert
            kind="info"
            title={t(
              `月額料金は${dayText(values['date']!, language)}から発生します（第7条）。`,
              `Monthly fees arise from ${values['date']} on (第7条).`,
            )}
          >
            <p>
              {t(
                '発行済みの月が変わる場合は、差額が調整または訂正されます。下がる場合は別の担当者の承認が必要です。',
                'Issued months are then corrected; where one falls, another person has to approve.',
              )}
            </p>
          </Alert>
        ),
      }),
      send: async (values, { key }) => {
        const answer = await ok(
          visit.api.PUT('/v1/contracts/{id}/billing-start-date', {
            params: { path: { id }, header: { 'Idempotency-Key': key } },
            body: {
              date: values['date']!,
              reason: values['reason']!,
              ...(values['agreement'] && { agreement: values['agreement'] }),
            },
          }),
        );
        return redirect(`${contractPath(id)}?done=${'approval' in answer ? 'proposed' : 'start'}`);
      },
    });
  }

  @Get('quotes/new')
  @Weighty()
  @Access(only('operator'))
  quoting(@Visited() visit: Signed, @Param('contract') id: string): Promise<Answer> {
    return this.quote(visit, id);
  }

  @Post('quotes/new')
  @Weighty()
  @Access(only('operator'))
  async quote(@Visited() visit: Signed, @Param('contract') id: string): Promise<Answer> {
    const { t } = visit;
    const contract = await readContract(visit, id);
    const asked =
      visit.form.get('plan') ?? visit.query.get('plan') ?? contract.pendingPlanChange?.plan ?? contract.plan;
    const plan: Contract['plan'] = asked === 'service-provider' ? 'service-provider' : 'enterprise';
    const other = plan === 'enterprise' ? 'service-provider' : 'enterprise';
    return runForm(visit, {
      ...decision(visit, contract, t('料金の提示', 'Quote prices')),
      lead: t(
        '別紙1の「別途契約者に示す金額」です。税抜きで入力します。',
        'What 別紙1 leaves to be told to the contractor, without tax.',
      ),
      above: (
        <p>
          <a href={`${contractPath(id)}/quotes/new?plan=${other}`}>
            {t(`${planName(other, t)}の料金を提示する`, `Quote for ${planName(other, t)} instead`)}
          </a>
        </p>
      ),
      initial: {
        plan,
        effectiveMonth:
          contract.pendingPlanChange?.fromMonth ?? (contract.billingStartDate ?? visit.today).slice(0, 7),
        baseFeeInPartialMonth: 'full',
        model: 'perUnit',
      },
      fields: quoteFields(visit, plan),
      submit: t('この料金を提示する', 'Quote these prices'),
      foresee: () => ({
        shown: (
          <Alert
            kind="info"
            title={t(
              'この料金は、適用する月の全体に適用されます。',
              'These prices govern the whole of each month from then on.',
            )}
          >
            <p>
              {t(
                '次の提示まで有効です。発行済みの月の料金を変えるには、置き換える提示・理由・合意が必要です。',
                'They hold until the next quote. To change an issued month, name what it replaces, a reason and the agreement.',
              )}
            </p>
          </Alert>
        ),
      }),
      send: async (values, { key }) => {
        const answer = await ok(
          visit.api.POST('/v1/contracts/{id}/quotes', {
            params: { path: { id }, header: { 'Idempotency-Key': key } },
            body: quoteForm(values, plan),
          }),
        );
        return redirect(`${contractPath(id)}/plan?done=${'approval' in answer ? 'proposed' : 'quoted'}`);
      },
    });
  }

  @Get('applicant')
  @Access(inContract('administer', 'operator'))
  applicant(@Visited() visit: Signed, @Param('contract') id: string): Promise<Answer> {
    return this.changeApplicant(visit, id);
  }

  @Post('applicant')
  @Access(inContract('administer', 'operator'))
  async changeApplicant(@Visited() visit: Signed, @Param('contract') id: string): Promise<Answer> {
    const { t } = visit;
    const contract = await readContract(visit, id);
    const { applicant } = contract;
    return runForm(visit, {
      ...decision(visit, contract, t('契約者情報の変更', 'Change the contractor’s data')),
      lead: t('以後に発行する書類に使われます。', 'Documents issued later use it.'),
      initial: {
        name: applicant.name,
        department: applicant.department ?? '',
        address: applicant.address ?? '',
        email: applicant.email ?? '',
      },
      fields: [
        {
          kind: 'text',
          name: 'name',
          label: t('契約者名', 'Name'),
          required: true,
          max: 200,
          autocomplete: 'organization',
        },
        { kind: 'text', name: 'department', label: t('部署', 'Department'), max: 200 },
        {
          kind: 'text',
          name: 'address',
          label: t('住所', 'Address'),
          max: 500,
          autocomplete: 'street-address',
        },
        { kind: 'email', name: 'email', label: t('メールアドレス', 'E-mail'), max: 254 },
      ],
      submit: t('変更する', 'Change'),
      send: async (values, { key }) => {
        await ok(
          visit.api.PATCH('/v1/contracts/{id}/applicant', {
            params: { path: { id }, header: { 'Idempotency-Key': key } },
            body: filled(values, ['name', 'department', 'address', 'email']),
          }),
        );
        return redirect(`${contractPath(id)}?done=applicant`);
      },
    });
  }
}

/** What was filled in, without the rest. */
export function filled<Name extends string>(
  values: Values,
  names: readonly Name[],
): Partial<Record<Name, string>> {
  return Object.fromEntries(names.flatMap((name) => (values[name] ? [[name, values[name]]] : []))) as Partial<
    Record<Name, string>
  >;
}

export const reasonField = ({ t }: Signed): Field => ({
  kind: 'multiline',
  name: 'reason',
  label: t('理由', 'Reason'),
  required: true,
  max: 500,
});

/** What forms about a contract have in common. */
export const decision = (
  { t }: Signed,
  contract: Contract,
  title: string,
  under = '',
): Pick<FormSpec, 'title' | 'back' | 'page'> => {
  const back = { href: contractPath(contract.id) + under, label: t('戻る', 'Back') };
  return {
    title,
    back,
    page: {
      section: under === '' ? 'home' : 'plan',
      ...ofContract(contract),
      trail: [
        {
          href: back.href,
          label: under === '' ? t('契約の概要', 'Overview') : t('契約とプラン', 'Contract and plan'),
        },
      ],
    },
  };
};

function quoteFields({ t }: Signed, plan: Contract['plan']): readonly Field[] {
  const shared: readonly Field[] = [
    {
      kind: 'choice',
      name: 'plan',
      label: t('プラン', 'Plan'),
      required: true,
      options: [{ value: plan, label: planName(plan, t) }],
    },
    { kind: 'month', name: 'effectiveMonth', label: t('適用する月', 'From the month'), required: true },
    {
      kind: 'amount',
      name: 'baseFee',
      label: t('月額基本料', 'Base fee a month'),
      required: true,
      unit: t('円', 'yen'),
    },
    {
      kind: 'choice',
      name: 'baseFeeInPartialMonth',
      label: t('利用期間が1か月に満たない月の基本料', 'Base fee of a month that is served in part'),
      required: true,
      options: [
        { value: 'full', label: t('全額', 'In full') },
        { value: 'prorated', label: t('日割り', 'By days') },
      ],
    },
  ];
  const usage: readonly Field[] =
    plan === 'enterprise'
      ? [
          {
            kind: 'amount',
            name: 'accountFee',
            label: t('アカウント使用料（1アカウント・1か月）', 'Account usage, per account and month'),
            required: true,
            unit: t('円', 'yen'),
          },
        ]
      : [
          {
            kind: 'choice',
            name: 'model',
            label: t('認証API使用料の計算', 'How auth API usage is priced'),
            required: true,
            options: [
              { value: 'perUnit', label: t('1回あたりの単価', 'A price for each') },
              { value: 'package', label: t('まとまった回数ごとの料金', 'A price for each package') },
              { value: 'graduated', label: t('段階ごとの単価（段階別）', 'Each tier by its own price') },
              { value: 'volume', label: t('合計回数の段階の単価（一括）', 'All by the price of the tier') },
            ],
          },
          {
            kind: 'amount',
            name: 'unitPrice',
            label: t('単価', 'Unit price'),
            unit: t('円／回', 'yen each'),
            hint: t('「1回あたりの単価」の場合', 'For a price for each'),
          },
          {
            kind: 'digits',
            name: 'packageSize',
            label: t('まとまりの回数', 'Size of a package'),
            max: 9,
            hint: t('「まとまった回数ごとの料金」の場合', 'For packages'),
          },
          {
            kind: 'amount',
            name: 'packagePrice',
            label: t('まとまりの料金', 'Price of a package'),
            unit: t('円', 'yen'),
          },
          {
            kind: 'multiline',
            name: 'tiers',
            label: t('段階', 'Tiers'),
            max: 2000,
            hint: t(
              '1行に1段階：上限,単価,定額。最後の段階の上限は空です。例：1000,1,500',
              'A line for each: up to,price,flat fee. The last has no limit. For example 1000,1,500',
            ),
          },
          { kind: 'digits', name: 'freeUnits', label: t('無料の回数', 'Free units'), max: 9 },
        ];
  return [
    ...shared,
    ...usage,
    {
      kind: 'text',
      name: 'replaces',
      label: t('置き換える提示の番号', 'Replaces the quote'),
      max: 64,
      hint: t('発行済みの月の料金を変えるときだけ入力します。', 'Only where an issued month changes.'),
    },
    { kind: 'multiline', name: 'reason', label: t('理由', 'Reason'), max: 500 },
    {
      kind: 'multiline',
      name: 'agreement',
      label: t('契約者との合意', 'The contractor’s agreement'),
      max: 500,
    },
  ];
}

function tiersOf(text: string): Schemas['TierForm'][] {
  return text
    .normalize('NFKC')
    .split('\n')
    .map((line) => line.split(',').map((part) => part.trim()))
    .filter((parts) => parts.some((part) => part !== ''))
    .map(([upTo, unitPrice, flatFee]) => ({
      upTo: upTo === '' || upTo === undefined ? (null as never) : Number(upTo),
      unitPrice: unitPrice ?? '',
      ...(flatFee !== undefined && flatFee !== '' && { flatFee }),
    }));
}

/** Of a form what its model has; the surface judges it. */
function quoteForm(values: Values, plan: Contract['plan']): Schemas['QuoteForm'] {
  const model = values['model'] as Schemas['AuthApiForm']['model'];
  return {
    plan,
    effectiveMonth: values['effectiveMonth']!,
    baseFee: values['baseFee']!,
    baseFeeInPartialMonth: values['baseFeeInPartialMonth'] === 'prorated' ? 'prorated' : 'full',
    ...(plan === 'enterprise'
      ? { accountFee: values['accountFee']! }
      : {
          authApi: {
            model,
            ...(model === 'perUnit' && { unitPrice: values['unitPrice'] ?? '' }),
            ...(model === 'package' && {
              packageSize: Number(values['packageSize'] || 0),
              packagePrice: values['packagePrice'] ?? '',
            }),
            ...((model === 'graduated' || model === 'volume') && { tiers: tiersOf(values['tiers'] ?? '') }),
            ...(values['freeUnits'] && { freeUnits: Number(values['freeUnits']) }),
          },
        }),
    ...filled(values, ['replaces', 'reason', 'agreement']),
  };
}
