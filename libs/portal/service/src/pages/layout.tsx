import type { Markup } from 'preact';
import { Alert } from '../components/alert.tsx';
import { instantText } from '../components/time.tsx';
import type { Told } from '../visit/language.ts';
import { hasRole, isOffice, type Me, mayOpen, type OfficeRole, type Right } from '../visit/me.ts';
import { assetUrl } from '../assets/assets.ts';
import type { Page, Section } from './answer.ts';
import { Surround, useSurroundings, type Surroundings } from './surroundings.ts';

interface Entry {
  readonly section: Section;
  readonly href: string;
  readonly label: string;
}

function officeEntries(me: Me, t: Told): readonly Entry[] {
  const entries: Entry[] = [];
  const add = (section: Section, href: string, label: string): void =>
    void entries.push({ section, href, label });
  if (hasRole(me, 'operator')) add('todo', '/portal/todo', t('対応待ち', 'To do'));
  add('contracts', '/portal/contracts', t('契約', 'Contracts'));
  if (hasRole(me, 'operator', 'finance')) add('runs', '/portal/runs', t('月次締め', 'Month close'));
  add('invoices', '/portal/invoices', t('請求書', 'Invoices'));
  if (hasRole(me, 'operator', 'finance')) add('exports', '/portal/exports', t('会計連携', 'Accounting'));
  if (hasRole(me, 'operator', 'auditor')) add('audit', '/portal/audit', t('監査', 'Audit'));
  if (hasRole(me, 'operator')) add('mails', '/portal/mails', t('メール', 'Mails'));
  add('status', '/portal/status', t('サービス状況', 'Service status'));
  if (hasRole(me, 'operator', 'finance')) add('settings', '/portal/settings', t('設定', 'Settings'));
  return entries;
}

/** Those of a contract's screens that somebody may open: as their routes have it. */
function contractEntries(me: Me, id: string, t: Told): readonly Entry[] {
  const at = `/portal/contracts/${id}`;
  const entries: Entry[] = [];
  const add = (
    section: Section,
    href: string,
    label: string,
    right: Right,
    ...roles: readonly OfficeRole[]
  ): void => {
    if (mayOpen(me, id, right, ...roles)) entries.push({ section, href, label });
  };
  const everybody = ['operator', 'finance', 'auditor'] as const;
  add('home', at, isOffice(me) ? t('概要', 'Overview') : t('ホーム', 'Home'), 'read', ...everybody);
  add('ids', `${at}/ids`, 'ID', 'read', 'operator', 'auditor');
  add(
    'authentications',
    `${at}/authentications`,
    t('認証履歴', 'Authentications'),
    'ids',
    'operator',
    'auditor',
  );
  add('plan', `${at}/plan`, t('契約とプラン', 'Contract and plan'), 'read', ...everybody);
  add('billing', `${at}/billing`, t('請求', 'Billing'), 'read', ...everybody);
  add('keys', `${at}/people`, t('担当者とキー', 'People and keys'), 'administer', 'operator');
  add('history', `${at}/history`, t('操作履歴', 'History'), 'read', 'operator', 'auditor');
  // Those of the office are in its own menu, over all contracts.
  if (!isOffice(me)) add('mails', '/portal/mails', t('通知', 'Notices'), 'read');
  return entries;
}

const Entries = ({
  entries,
  section,
  label,
}: {
  readonly entries: readonly Entry[];
  readonly section: Section | undefined;
  readonly label: string;
}) => (
  <nav class="sections" aria-label={label}>
    <ul>
      {entries.map((entry) => (
        <li key={entry.section}>
          <a href={entry.href} aria-current={entry.section === section ? 'page' : undefined}>
            {entry.label}
          </a>
        </li>
      ))}
    </ul>
  </nav>
);

const CONTRACT_SECTIONS: readonly (Section | undefined)[] = [
  'home',
  'ids',
  'authentications',
  'plan',
  'billing',
  'keys',
  'history',
];

function Navigation({ page }: { readonly page: Page }) {
  const { me, t } = useSurroundings();
  if (me === undefined) return null;
  const inContract = CONTRACT_SECTIONS.includes(page.section);
  const { contract } = page;
  return (
    <>
      <Entries
        label={t('メインメニュー', 'Main menu')}
        entries={isOffice(me) ? officeEntries(me, t) : contractEntries(me, me.contract ?? '', t)}
        section={isOffice(me) && inContract ? 'contracts' : page.section}
      />
      {isOffice(me) && inContract && contract !== undefined && (
        <section class="of-contract" aria-label={t('表示中の契約', 'The contract that is shown')}>
          <p class="of-contract-name">{contract.name}</p>
          <Entries
            label={t('契約のメニュー', 'Menu of the contract')}
            entries={contractEntries(me, contract.id, t)}
            section={page.section}
          />
        </section>
      )}
    </>
  );
}

function SandboxBanner() {
  const { t, language, sandbox, me, now } = useSurroundings();
  if (!sandbox || me === undefined || now === '') return null;
  return (
    <div class="sandbox" role="note">
      <p>
        {t('お試し環境です。業務時刻は ', 'This is a sandbox. Business time is ')}
        <strong>{instantText(now, language)}</strong>
        {t(' で止まっています。', ' and stands still.')}{' '}
        {hasRole(me, 'operator') && <a href="/portal/sandbox">{t('時刻を進める', 'Move it forward')}</a>}
      </p>
    </div>
  );
}

function Header() {
  const { me, t, csrf, language, path } = useSurroundings();
  return (
    <header class="top">
      <div class="top-inner">
        <a class="brand" href="/portal">
          <svg class="mark" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">
            <circle cx={8} cy={12} r={5} class="mark-ring" />
            <path d="M13 12h8v4h-2v-2h-2v2h-2v-2h-2z" class="mark-key" />
          </svg>
          SmartKey
        </a>
        <div class="top-tools">
          <form method="post" action="/portal/language" class="inline">
            <input type="hidden" name="to" value={language === 'ja' ? 'en' : 'ja'} />
            <input type="hidden" name="next" value={path} />
            <button type="submit" class="plain" lang={language === 'ja' ? 'en' : 'ja'}>
              {language === 'ja' ? 'English' : '日本語'}
            </button>
          </form>
          {me !== undefined && (
            <>
              <a href="/portal/account">{me.name}</a>
              <form method="post" action="/portal/sign-out" class="inline">
                <input type="hidden" name="_csrf" value={csrf} />
                <button type="submit" class="plain">
                  {t('ログアウト', 'Sign out')}
                </button>
              </form>
            </>
          )}
        </div>
      </div>
      <SandboxBanner />
    </header>
  );
}

function Trail({ page }: { readonly page: Page }) {
  const { t } = useSurroundings();
  if (page.trail === undefined || page.trail.length === 0) return null;
  return (
    <nav class="trail" aria-label={t('現在位置', 'You are here')}>
      <ol>
        {page.trail.map(({ href, label }) => (
          <li key={href}>
            <a href={href}>{label}</a>
          </li>
        ))}
        <li aria-current="page">{page.title}</li>
      </ol>
    </nav>
  );
}

const titleOf = (page: Page): string =>
  [page.title, page.of ?? page.contract?.name, 'SmartKey']
    .filter((each) => each !== undefined && each !== '')
    .join(' – ');

/** A page that is soon another: led on at once, or asked for again; by script where there is one, which takes no focus away. */
const Refresh = ({ refresh }: { readonly refresh: NonNullable<Page['refresh']> }) =>
  typeof refresh === 'number' ? (
    <>
      <meta name="smartkey-again" content={String(refresh)} />
      <noscript>
        <meta http-equiv="refresh" content={String(refresh)} />
      </noscript>
    </>
  ) : (
    <meta http-equiv="refresh" content={`${refresh.seconds}; url=${refresh.to}`} />
  );

/** What surrounds every page. */
export function Layout({ page, around }: { readonly page: Page; readonly around: Surroundings }) {
  const { t, language } = around;
  return (
    <Surround value={around}>
      <html lang={language}>
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content="light dark" />
          {page.refresh !== undefined && <Refresh refresh={page.refresh} />}
          <title>{titleOf(page)}</title>
          <link rel="icon" href={assetUrl('favicon.svg')} type="image/svg+xml" />
          <link rel="stylesheet" href={assetUrl('tokens.css')} />
          <link rel="stylesheet" href={assetUrl('portal.css')} />
        </head>
        <body>
          <a class="skip" href="#main">
            {t('本文へ移動', 'Skip to the content')}
          </a>
          <Header />
          <Navigation page={page} />
          <main id="main" tabIndex={-1}>
            <Trail page={page} />
            <Content page={page} />
          </main>
          <footer class="bottom">
            <p>{t('日時はすべて日本標準時（JST）です。', 'All times are Japan Standard Time (JST).')}</p>
            <p>{t('SmartKey マネージメントサービス', 'SmartKey management service')}</p>
          </footer>
          <script src={assetUrl('islands.js')} defer />
        </body>
      </html>
    </Surround>
  );
}

/** A page from its head down: what was done, what it is, what is done there first, and all the rest. */
function Content({
  page: { title, heading = title, lead, actions, done, narrow, body },
}: {
  readonly page: Page;
}) {
  const content = (
    <>
      {typeof done === 'string' ? <Done text={done} /> : done}
      <div class="heading">
        <div>
          <h1>{heading}</h1>
          {lead !== undefined && <p class="lead">{lead}</p>}
        </div>
        {actions !== undefined && <div class="actions">{actions}</div>}
      </div>
      {body}
    </>
  );
  return narrow === true ? <div class="narrow">{content}</div> : content;
}

/** What has just been done, told once at the head of the page that it leads to. */
export const Done = ({
  text,
  details,
  children,
}: {
  readonly text: string;
  readonly details?: string;
  readonly children?: Markup;
}) => (
  <Alert kind="success" title={text} details={details}>
    {children}
  </Alert>
);
