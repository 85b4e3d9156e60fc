import { Controller, Get } from '@nestjs/common';
import { ActionLink } from '../../components/action-link.tsx';
import { Alert } from '../../components/alert.tsx';
import { Badge } from '../../components/badge.tsx';
import { BarChart, Steps } from '../../components/chart.tsx';
import { numberText, yenText } from '../../components/money.tsx';
import { Progress } from '../../components/progress.tsx';
import { Facts, Pager, Panel, Table } from '../../components/table.tsx';
import { At, Day, Month } from '../../components/time.tsx';
import type { Field } from '../../forms/field.ts';
import { FieldControl } from '../../forms/fields.tsx';
import { type Answer, page } from '../../pages/answer.ts';
import { Access, Visited } from '../../visit/access.decorator.ts';
import { only } from '../../visit/audiences.ts';
import type { Signed } from '../../visit/visit.ts';
import { SharedParts } from './component-states.tsx';

const LONGEST = '株式会社'.padEnd(200, '長い名前');

interface Row {
  readonly name: string;
  readonly amount: string;
}

/** For developers: every component in every state. */
@Controller('portal/components')
export class ComponentsController {
  @Get()
  @Access(only('operator'))
  components(@Visited() visit: Signed): Answer {
    const { t, now, today, path } = visit;
    const fields: readonly Field[] = [
      { kind: 'text', name: 'text', label: '文字', required: true, hint: '説明' },
      { kind: 'email', name: 'email', label: 'メールアドレス' },
      { kind: 'secret', name: 'secret', label: '秘密' },
      { kind: 'multiline', name: 'multiline', label: '複数行' },
      { kind: 'digits', name: 'digits', label: '数字' },
      { kind: 'amount', name: 'amount', label: '金額', unit: '円' },
      {
        kind: 'choice',
        name: 'choice',
        label: '選択',
        options: [
          { value: 'a', label: 'はい' },
          { value: 'b', label: LONGEST },
        ],
      },
      { kind: 'list', name: 'list', label: '一覧から選択', options: [{ value: 'a', label: 'はい' }] },
      {
        kind: 'several',
        name: 'several',
        label: '複数選択',
        options: [
          { value: 'a', label: 'はい' },
          { value: 'b', label: 'いいえ' },
        ],
      },
      { kind: 'yes', name: 'yes', label: '同意' },
      { kind: 'day', name: 'day', label: '日付' },
      { kind: 'month', name: 'month', label: '月' },
      { kind: 'file', name: 'file', label: 'ファイル', accept: '.csv' },
    ];
    const table = (caption: string, rows: readonly Row[]) => (
      <Table<Row>
        caption={caption}
        rows={rows}
        empty={
          <p>
            まだありません。<a href={path}>最初のものを登録する</a>
          </p>
        }
        columns={[
          { head: '名前', names: true, cell: ({ name }) => <span class="wide">{name}</span> },
          { head: '金額', number: true, cell: ({ amount }) => yenText(amount) },
        ]}
      />
    );
    return page({
      title: t('部品', 'Components'),
      section: 'none',
      lead: '開発者のための一覧です。',
      actions: (
        <>
          <button type="button">主な操作</button>
          <ActionLink href={path} label="ほかの操作" />
          <button type="button" class="danger">
            危険な操作
          </button>
        </>
      ),
      body: (
        <>
          {(['info', 'success', 'warning', 'error'] as const).map((kind) => (
            <Alert key={kind} kind={kind} title={`お知らせ：${kind}`} details={LONGEST} />
          ))}
          <Panel title="状態">
            <p>
              {(['good', 'busy', 'warn', 'bad', 'quiet'] as const).map((tone) => (
                <>
                  <Badge key={tone} tone={tone} text={tone} />{' '}
                </>
              ))}
            </p>
          </Panel>
          <Panel title="表：0行">{table('0行', [])}</Panel>
          <Panel title="表：1行">{table('1行', [{ name: '見本', amount: '0' }])}</Panel>
          <Panel title="表：最も長い文字、最も大きい数">
            {table('長い', [{ name: LONGEST, amount: '-999999999999' }])}
          </Panel>
          <Panel title="表：100,000行の最初の50行">
            {table(
              '多い',
              Array.from({ length: 50 }, (_, n) => ({ name: `行 ${n + 1}`, amount: String(n * 12_345) })),
            )}
            <Pager nextCursor="next" />
          </Panel>
          <Panel title="項目">
            <Facts
              facts={[
                ['日時', <At at={now} />],
                ['日', <Day day={today} />],
                ['月', <Month month={today.slice(0, 7)} />],
                ['数', numberText('1234567.891')],
                ['長い', LONGEST],
              ]}
            />
          </Panel>
          <Panel title="進み具合">
            <Progress label="始まる前" done={0} total={0} />
            <Progress label="途中" done={42_000} total={100_000} />
            <Steps
              label="段階"
              at={1}
              steps={[
                { label: '待つ', detail: '0' },
                { label: '処理', detail: '42%' },
                { label: '完了', detail: '—' },
              ]}
            />
          </Panel>
          <Panel title="図">
            <BarChart title="空の図" heads={['日', '回数']} bars={[]} />
            <BarChart
              title="31日の図"
              heads={['日', '回数']}
              bars={Array.from({ length: 31 }, (_, n) => ({
                label: String(n + 1),
                value: (n * 7919) % 1000,
              }))}
            />
          </Panel>
          <SharedParts visit={visit} longest={LONGEST} />
          <Panel title="入力">
            {fields.map((field) => (
              <FieldControl
                key={field.name}
                field={{ ...field, name: `plain.${field.name}` }}
                values={{}}
                fault={undefined}
              />
            ))}
          </Panel>
          <Panel title="入力：誤り">
            {fields.map((field) => (
              <FieldControl
                key={field.name}
                field={field}
                values={{ text: LONGEST, day: '2026-02-28' }}
                fault={`「${field.label}」を確かめてください。`}
              />
            ))}
          </Panel>
        </>
      ),
    });
  }
}
