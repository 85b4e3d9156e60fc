import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OPERATOR_KEY } from '@smartkey/testing/end-to-end';
import { IN_JAPAN, openChromium } from './chromium.ts';
import { fieldIn, tokenIn, type Came, type HttpVisitor } from './http-visitor.ts';
import { liveIn, type LivedIn } from './lived-in.ts';
import { type Person, PortalSystem } from './portal-system.ts';
import { operatorScreens } from './screens.ts';
import { kindOf, sweep, type Form, type Swept, untouched } from './sweep.ts';

/** What would be markup, an attribute, and a script, were it ever written as it came. */
const HOSTILE = `"><xss onx="1">'</script><!--`;
/** Whether it was. */
const isAlive = (html: string): boolean => html.includes('<xss') || /"\s*onx=/.test(html);

// One file, for one world: what it takes to fill and to sweep it is more than all attacks on it.
let portal: PortalSystem;
let world: LivedIn;
/** Every page that its people reach, as it was before any attack. */
const seen = new Map<string, readonly Swept[]>();

beforeAll(async () => {
  portal = await PortalSystem.start();
  // Every text that people write in this world is hostile.
  world = await liveIn(portal, (what) => `${what}${HOSTILE}`);
  for (const [who, person] of Object.entries(peopleOf(world))) {
    const screens = who === 'operator' ? operatorScreens(world).map((path) => `/portal${path}`) : [];
    seen.set(who, await sweep(portal.visitor(person), ['/portal', ...screens]));
  }
}, 300_000);
afterAll(() => portal?.dispose());

const peopleOf = ({ operator, finance, auditor, administrator, reader, payer }: LivedIn) => ({
  operator,
  finance,
  auditor,
  administrator,
  reader,
  payer,
});

const locationOf = ({ headers }: Came): string => headers.location ?? '';

/** Each kind of form that somebody finds, once. */
function formsOf(who: string): readonly Form[] {
  const forms = new Map<string, Form>();
  for (const { forms: found } of seen.get(who)!)
    for (const form of found) if (form.method === 'post') forms.set(kindOf(form.action), form);
  return [...forms.values()];
}

describe('every page that somebody reaches', () => {
  it.each(['operator', 'finance', 'auditor', 'administrator', 'reader', 'payer'])('of %s is there', (who) => {
    const pages = seen.get(who)!;
    expect(pages.length).toBeGreaterThan(who === 'operator' ? 100 : 8);
    const wrong = pages
      .filter(({ path, came }) => ![200, 303].includes(came.status) && path !== '/portal/nowhere')
      .map(({ path, came, from }) => `${path} (linked from ${from}): ${came.status}`);
    expect(wrong).toEqual([]);
  });

  it('is in no frame and in no cache, runs nothing of its own, loads nothing from elsewhere, and is small', () => {
    const faults: string[] = [];
    for (const { path, came } of [...seen.values()].flat()) {
      const { headers, text } = came;
      const policy = String(headers['content-security-policy']);
      if (!policy.includes("frame-ancestors 'none'") || !policy.includes("default-src 'none'"))
        faults.push(`${path}: ${policy}`);
      if (/unsafe|\*|https?:/.test(policy)) faults.push(`${path}: ${policy}`);
      if (headers['x-frame-options'] !== 'DENY') faults.push(`${path}: may be framed`);
      if (headers['cache-control'] !== 'no-store') faults.push(`${path}: may be cached`);
      if (headers.etag !== undefined || headers['last-modified'] !== undefined)
        faults.push(`${path}: a mark`);
      if (headers['x-content-type-options'] !== 'nosniff') faults.push(`${path}: may be sniffed`);
      if (!['same-origin', 'no-referrer'].includes(String(headers['referrer-policy'])))
        faults.push(`${path}: ${headers['referrer-policy']}`);
      if (Buffer.byteLength(text) > 100_000) faults.push(`${path}: ${Buffer.byteLength(text)} bytes`);
      for (const [, from] of text.matchAll(
        /(?:src|href|action|content)="(?:\d+; url=)?((?:\w+:)?\/\/[^"]*)"/g,
      ))
        faults.push(`${path}: ${from}`);
      if (/(href|action|src)="\s*(javascript|data:text)/i.test(text)) faults.push(`${path}: a script`);
      if (/<script(?! src="\/portal\/assets\/)|\sstyle="|\son\w+="/.test(text))
        faults.push(`${path}: inline`);
    }
    expect(faults).toEqual([]);
  });

  it('shows as text what people wrote, whatever it looks like', () => {
    const all = [...seen.values()].flat();
    expect(all.filter(({ came }) => isAlive(came.text)).map(({ path }) => path)).toEqual([]);
    // It does stand there.
    expect(all.filter(({ came }) => came.text.includes('&lt;xss')).length).toBeGreaterThan(50);
  });
});

describe('a form', () => {
  it('shows again as text what was typed, in every field of every form', async () => {
    const faults: string[] = [];
    let shown = 0;
    for (const [who, person] of Object.entries({
      operator: world.operator,
      administrator: world.administrator,
    })) {
      const visitor = portal.visitor(person);
      for (const form of formsOf(who)) {
        const step = form.fields.find(({ name }) => name === '_step');
        if (step === undefined) continue;
        const hostile = Object.fromEntries(
          Object.entries(untouched(form)).map(([name, value]) => [
            name,
            ['_csrf', '_step'].includes(name) ? value : HOSTILE,
          ]),
        );
        // To be changed once more, and where that is a step of its own, to be confirmed.
        for (const next of step.value === 'confirm' ? ['edit', 'confirm'] : ['edit']) {
          const came = await visitor.post(form.action, { ...hostile, _step: next });
          if (isAlive(came.text) || came.status >= 500) faults.push(`${form.action} ${next}: ${came.status}`);
          if (came.text.includes('&lt;xss')) shown += 1;
        }
      }
      // Filters and places stand in addresses.
      for (const { path, forms } of seen.get(who)!) {
        const filter = forms.find(({ method }) => method === 'get');
        if (filter === undefined) continue;
        const query = new URLSearchParams(
          filter.fields.map(({ name }) => [name, HOSTILE] as [string, string]),
        );
        for (const address of [
          `${filter.action}?${query}`,
          `${path.split('?')[0]}?cursor=${query}&done=${query}`,
        ]) {
          const came = await visitor.get(address);
          if (isAlive(came.text) || came.status >= 500) faults.push(`${address}: ${came.status}`);
        }
      }
    }
    expect(faults).toEqual([]);
    expect(shown).toBeGreaterThan(25);
  });

  it('that comes from elsewhere, or without its session’s token, does nothing', async () => {
    const recorded = async (): Promise<string> =>
      JSON.stringify((await portal.operator.get<{ items: object[] }>('/audit/events?limit=1')).items);
    const before = await recorded();
    const taken: string[] = [];
    const known = new Set<string>();
    let tried = 0;
    for (const [who, person] of Object.entries({
      operator: world.operator,
      finance: world.finance,
      administrator: world.administrator,
    })) {
      const visitor = portal.visitor(person);
      for (const form of formsOf(who)) {
        if (known.has(kindOf(form.action))) continue;
        known.add(kindOf(form.action));
        const good = untouched(form);
        const ways: [string, Record<string, string>, Record<string, string>][] = [
          ['no site and no origin', good, {}],
          ['another site', good, { 'sec-fetch-site': 'cross-site', origin: portal.origin }],
          ['a site beside', good, { 'sec-fetch-site': 'same-site', origin: portal.origin }],
          ['no page', good, { 'sec-fetch-site': 'none', origin: portal.origin }],
          ['another origin', good, { origin: 'https://evil.example' }],
          ['another port', good, { origin: `${portal.origin}0` }],
          ['no origin to tell', good, { origin: 'null' }],
        ];
        // What anybody may send has no session to be told from.
        if ('_csrf' in good)
          ways.push(
            ['no token', { ...good, _csrf: '' }, { 'sec-fetch-site': 'same-origin' }],
            ['another’s token', { ...good, _csrf: 'x'.repeat(43) }, { 'sec-fetch-site': 'same-origin' }],
          );
        const answers = ways.map(async ([what, fields, headers]) => {
          const came = await visitor.send('POST', form.action, { form: fields, headers });
          tried += 1;
          if (came.status !== 403) taken.push(`${form.action} with ${what}: ${came.status}`);
        });
        await Promise.all(answers);
      }
    }
    expect(taken).toEqual([]);
    expect(tried).toBeGreaterThan(400);
    expect(await recorded()).toBe(before);
    // Their sessions are as they were.
    expect((await portal.visitor(world.operator).get('/portal/todo')).status).toBe(200);
  });

  it('of an identity provider wants the token as well, where somebody is signed in', async () => {
    const visitor = portal.visitor(world.operator);
    const start = (purpose: string, token?: string) =>
      visitor.post('/portal/oidc/start', {
        provider: 'corp',
        purpose,
        ...(token !== undefined && { _csrf: token }),
      });
    for (const purpose of ['bind', 'step-up'])
      for (const token of [undefined, 'x'.repeat(43)]) expect((await start(purpose, token)).status).toBe(403);
    const begun = await start('step-up', tokenIn((await visitor.get('/portal/account')).text));
    expect(begun.status).toBe(200);
    const callback = 'code=x&state=y';
    expect((await visitor.post('/portal/oidc/callback', { callback })).status).toBe(403);
  });
});

describe('where one is led', () => {
  const ELSEWHERE = [
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '/portal//evil.example',
    '/portal/..//evil.example',
    '/portal@evil.example',
    '/portal.evil.example',
    '/portal/\r\nlocation: https://evil.example',
    'javascript:alert(1)',
    ' /portal/https://evil.example',
    '/v1/me',
  ];
  const isOurs = (location: string): boolean => {
    const url = new URL(location, portal.origin);
    return (
      url.origin === portal.origin && /^\/portal(\/|$)/.test(url.pathname) && !url.pathname.includes('//')
    );
  };

  it('is one of our pages, whatever the address, the form or the cookie says', async () => {
    for (const elsewhere of ELSEWHERE) {
      const next = encodeURIComponent(elsewhere);
      const signedIn = portal.visitor(world.auditor);
      const token = tokenIn((await signedIn.get('/portal/account')).text);
      const answers = [
        await signedIn.get(`/portal/sign-in?next=${next}`),
        await signedIn.post('/portal/language', { to: 'ja', next: elsewhere }),
      ];
      for (const came of answers) {
        expect([elsewhere, came.status]).toEqual([elsewhere, 303]);
        expect([elsewhere, isOurs(locationOf(came))]).toEqual([elsewhere, true]);
      }
      // Forms lead on to where their page was asked for.
      for (const path of [`/portal/sign-in?next=${next}`, `/portal/step-up?next=${next}`])
        for (const visitor of [portal.visitor(), signedIn]) {
          const { text } = await visitor.get(path);
          if (fieldIn(text, 'next') !== '') expect(isOurs(fieldIn(text, 'next'))).toBe(true);
        }
      // A whole step-up, with where it leads to in a cookie that somebody has changed.
      const begun = await signedIn.post('/portal/oidc/start', {
        _csrf: token,
        provider: 'corp',
        purpose: 'step-up',
        next: '/portal/account',
      });
      const url = /http-equiv="refresh" content="0; url=([^"]*)"/
        .exec(begun.text)![1]!
        .replace(/&amp;/g, '&');
      const [purpose, challenge] = signedIn.cookies.get('smartkey-provider')!.split('.');
      signedIn.cookies.set(
        'smartkey-provider',
        `${purpose}.${challenge}.${Buffer.from(elsewhere).toString('base64url')}`,
      );
      portal.provider.account = world.auditor.account;
      const callback = await portal.provider.visit(url);
      const came = await signedIn.post('/portal/oidc/callback', { _csrf: token, callback });
      expect([elsewhere, came.status, isOurs(locationOf(came))]).toEqual([elsewhere, 303, true]);
      (world.auditor as { session: string }).session = signedIn.session!;
    }
  });

  it('is a host of ours alone: another one in any header gets nothing, and stands in no link', async () => {
    const visitor = portal.visitor(world.administrator);
    for (const host of ['evil.example', `localhost.evil.example:${new URL(portal.origin).port}`, 'localhost'])
      expect([host, (await visitor.get('/portal', { host })).status]).toEqual([host, 421]);
    for (const headers of [
      { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
      { forwarded: 'host=evil.example;proto=https' },
      { 'x-original-url': '//evil.example/', 'x-rewrite-url': '//evil.example/' },
    ] as Record<string, string>[]) {
      const came = await visitor.get('/portal/account', { headers });
      expect([came.status, came.text.includes('evil')]).toEqual([200, false]);
      const asked = await portal.visitor().get('/portal/account', { headers });
      expect(locationOf(asked)).toBe('/portal/sign-in?next=%2Fportal%2Faccount');
    }
  });
});

describe('a session', () => {
  /** A whole sign-in by way of the pages, as a browser without script does it. */
  async function signIn(visitor: HttpVisitor, account: string): Promise<Came> {
    const begun = await visitor.post('/portal/oidc/start', { provider: 'corp', purpose: 'sign-in' });
    const url = /http-equiv="refresh" content="0; url=([^"]*)"/.exec(begun.text)![1]!.replace(/&amp;/g, '&');
    portal.provider.account = account;
    const callback = await portal.provider.visit(url);
    expect((await visitor.get(`/portal/oidc/callback?${callback}`)).status).toBe(200);
    return visitor.post('/portal/oidc/callback', { callback });
  }
  const signedIn = async (person: Person): Promise<HttpVisitor> => {
    const visitor = portal.visitor();
    expect((await signIn(visitor, person.account)).status).toBe(303);
    return visitor;
  };

  it('is a new one at each sign-in: one that somebody planted stays nobody’s', async () => {
    const planted = `ses_${'x'.repeat(26)}_${'y'.repeat(43)}`;
    const victim = portal.visitor();
    victim.cookies.set(victim.sessionCookie, planted);
    expect((await signIn(victim, world.reader.account)).status).toBe(303);
    expect(victim.session).not.toBe(planted);
    const attacker = portal.visitor();
    attacker.cookies.set(attacker.sessionCookie, planted);
    expect((await attacker.get('/portal/account')).status).toBe(303);
    // Nor is one of the attacker’s own carried on: what the victim does is the victim’s.
    const own = await signedIn(world.auditor);
    const former = own.session!;
    expect((await signIn(own, world.reader.account)).status).toBe(303);
    expect(own.session).not.toBe(former);
    expect((await own.get('/portal/account')).text).toContain(world.reader.account);
  });

  it('shown anew goes on under another secret, and the former is worth nothing', async () => {
    const visitor = await signedIn(world.reader);
    const former = visitor.session!;
    const begun = await visitor.post('/portal/oidc/start', {
      _csrf: tokenIn((await visitor.get('/portal/account')).text),
      provider: 'corp',
      purpose: 'step-up',
    });
    const url = /http-equiv="refresh" content="0; url=([^"]*)"/.exec(begun.text)![1]!.replace(/&amp;/g, '&');
    portal.provider.account = world.reader.account;
    const callback = await portal.provider.visit(url);
    const page = await visitor.get(`/portal/oidc/callback?${callback}`);
    await visitor.post('/portal/oidc/callback', { _csrf: tokenIn(page.text), callback });
    expect(visitor.session).not.toBe(former);
    expect((await visitor.get('/portal/account')).status).toBe(200);
    const thief = portal.visitor();
    thief.cookies.set(thief.sessionCookie, former);
    expect((await thief.get('/portal/account')).status).toBe(303);
  });

  it('that was stolen is worth nothing after the sign-out: no page, no file, no form', async () => {
    const visitor = await signedIn(world.administrator);
    const thief = portal.visitor();
    thief.cookies.set(thief.sessionCookie, visitor.session!);
    const token = tokenIn((await thief.get('/portal/account')).text);
    const out = await visitor.post('/portal/sign-out', { _csrf: token });
    expect([out.status, visitor.session]).toEqual([303, undefined]);
    for (const path of ['/account', `/contracts/${world.contract}`, `/invoices/${world.invoice}/file.csv`]) {
      const came = await thief.get(`/portal${path}`);
      expect([path, came.status, locationOf(came).startsWith('/portal/sign-in')]).toEqual([path, 303, true]);
    }
    const form = { _csrf: token, externalId: 'thief@example.jp' };
    expect((await thief.post(`/portal/contracts/${world.contract}/ids/new`, form)).status).not.toBe(200);
    const { items } = await portal.operator.get<{ items: object[] }>(
      `/contracts/${world.contract}/ids?externalId=thief@example.jp`,
    );
    expect(items).toEqual([]);
  });

  it('that is over leaves nothing behind in the browser’s history', async () => {
    const browser = await openChromium();
    try {
      const context = await browser.newContext(IN_JAPAN);
      const visitor = await signedIn(world.administrator);
      await context.addCookies([
        { name: visitor.sessionCookie, value: visitor.session!, url: portal.origin, httpOnly: true },
      ]);
      const page = await context.newPage();
      // Whatever stands on our pages, none of it ever ran.
      page.on('dialog', () => expect('a dialog').toBe('never'));
      await page.goto(`${portal.portal}/contracts/${world.contract}/ids`);
      expect(await page.locator('main').innerText()).toContain('user1');
      await page.getByRole('button', { name: 'ログアウト' }).click();
      await page.waitForURL(/\/sign-in/);
      await page.goBack();
      await page.waitForURL(/\/sign-in/);
      expect(await page.content()).not.toContain('user1');
      // Nor does a frame of another site show one.
      const frame = await context.newPage();
      await frame.setContent(`<iframe src="${portal.portal}/sign-in"></iframe>`);
      await frame.waitForLoadState('networkidle');
      const inside = frame.frames().find((each) => each !== frame.mainFrame());
      expect(inside === undefined ? '' : await inside.content()).not.toContain('ログイン');
    } finally {
      await browser.close();
    }
  });

  it('of one contract sees nothing of another: known and unknown ones answer alike', async () => {
    const visitor = portal.visitor(world.administrator);
    const mark = /SK-\d+|ctr_[0-9a-z]+|見本|[0-9a-f-]{36}/g;
    const screens = seen
      .get('operator')!
      .map(({ path }) => path)
      .filter((path) => path.includes(world.contract) || path.includes(world.invoice))
      .map((path) =>
        path.replace(world.contract, world.foreign).replace(world.invoice, world.foreignInvoice),
      );
    expect(screens.length).toBeGreaterThan(40);
    for (const path of screens) {
      const unknown = path
        .replace(world.foreign, `ctr_${'0'.repeat(26)}`)
        .replace(world.foreignInvoice, 'SK-999999999');
      const [theirs, nobodys] = [await visitor.get(path), await visitor.get(unknown)];
      expect([path, [403, 404].includes(theirs.status)]).toEqual([path, true]);
      expect([path, theirs.status]).toEqual([path, nobodys.status]);
      // But for the request’s id, word for word.
      expect(theirs.text.replace(mark, '').replace(/req_\w+/g, '')).toBe(
        nobodys.text.replace(mark, '').replace(/req_\w+/g, ''),
      );
    }
    // Nor can it be written to.
    const token = tokenIn((await visitor.get('/portal/account')).text);
    const sent = { _csrf: token, _step: 'send', externalId: 'foreign@example.jp' };
    for (const contract of [world.foreign, `ctr_${'0'.repeat(26)}`])
      expect((await visitor.post(`/portal/contracts/${contract}/ids/new`, sent)).status).toBe(403);
  });

  it('loses at once what its person may not any more, also in a window that is open', async () => {
    const { token } = await portal.verified(world.operator);
    const office = portal.as(token);
    const at = `/contracts/${world.contract}/people/${world.reader.id}`;
    await office.patch(at, { rights: ['read', 'ids'] });
    const [one, other] = [await signedIn(world.reader), await signedIn(world.reader)];
    const path = `/portal/contracts/${world.contract}/ids/new`;
    const form = await one.get(path);
    expect([form.status, (await other.get(path)).status]).toEqual([200, 200]);
    await office.patch(at, { rights: ['read'] });
    const sent = {
      _csrf: tokenIn(form.text),
      _key: fieldIn(form.text, '_key'),
      externalId: 'open@example.jp',
    };
    expect((await one.post(path, sent)).status).toBe(403);
    expect((await other.get(path)).status).toBe(403);
    expect((await other.get(`/portal/contracts/${world.contract}/ids`)).status).toBe(200);
    await office.patch(at, { status: 'suspended', reason: '試験' });
    for (const visitor of [one, other])
      expect(locationOf(await visitor.get(`/portal/contracts/${world.contract}/ids`))).toContain('/sign-in');
    await office.patch(at, { status: 'active', reason: '試験' });
  });
});

describe('a link', () => {
  async function invite(): Promise<string> {
    const { token } = await portal.verified(world.operator);
    const form = { name: '一度きり', email: 'once@operator.example', roles: ['auditor'] };
    const { invitation } = await portal.as(token).post<{ invitation: { url: string } }>('/people', form);
    return invitation.url;
  }

  it('that a mail scanner opens stays good, and of 200 who press at once one is let in', async () => {
    const link = new URL(await invite());
    const token = link.searchParams.get('token')!;
    const scanner = portal.visitor();
    for (const method of ['GET', 'HEAD', 'GET'])
      expect((await scanner.send(method, link.pathname + link.search, {})).status).toBe(200);
    const page = await scanner.get(link.pathname + link.search);
    // It stands in no address that the page asks for, and no page is told of it.
    expect(page.headers['referrer-policy']).toBe('no-referrer');
    expect(page.text.match(new RegExp(`(href|src|action)="[^"]*${token}`))).toBeNull();
    expect(scanner.cookies.size).toBe(0);

    const pressed = await Promise.all(
      Array.from({ length: 200 }, () => portal.visitor().post('/portal/invitation', { token })),
    );
    const answers = new Map<number, number>();
    for (const { status } of pressed) answers.set(status, (answers.get(status) ?? 0) + 1);
    expect(Object.fromEntries(answers)).toEqual({ 303: 1, 410: 199 });
    // Used, unknown and broken are one answer.
    const gone = [token, 'A'.repeat(43), 'x', ''].map((each) =>
      portal.visitor().post('/portal/invitation', { token: each }),
    );
    for (const came of await Promise.all(gone)) {
      expect(came.status).toBe(410);
      expect(came.headers['set-cookie']).toBeUndefined();
    }
  });

  it('of a provider’s answer is for who asked, for what was asked, once', async () => {
    const begin = async (visitor: HttpVisitor): Promise<string> => {
      const begun = await visitor.post('/portal/oidc/start', { provider: 'corp', purpose: 'sign-in' });
      return /http-equiv="refresh" content="0; url=([^"]*)"/.exec(begun.text)![1]!.replace(/&amp;/g, '&');
    };
    portal.provider.account = world.auditor.account;
    const [attacker, victim] = [portal.visitor(), portal.visitor()];
    const callback = await portal.provider.visit(await begin(attacker));
    // A browser that has asked nothing; one that has asked something else; a mark that says another purpose.
    expect((await victim.post('/portal/oidc/callback', { callback })).status).toBe(410);
    await begin(victim);
    const refused = locationOf(await victim.post('/portal/oidc/callback', { callback }));
    expect((await victim.get(refused)).text).toContain('このアカウントではログインできません');
    expect(victim.session).toBeUndefined();
    const [, challenge, next] = attacker.cookies.get('smartkey-provider')!.split('.');
    const bystander = portal.visitor(world.administrator);
    bystander.cookies.set('smartkey-provider', `bind.${challenge}.${next}`);
    const token = tokenIn((await bystander.get('/portal/account')).text);
    const taken = await bystander.post('/portal/oidc/callback', { _csrf: token, callback });
    expect(locationOf(taken)).not.toContain('done=bound');
    const { items } = await portal.as(world.administrator.session).get<{ items: object[] }>('/me/providers');
    expect(items).toHaveLength(1);
    const nonsense = portal.visitor();
    for (const mark of [
      '',
      'x',
      'sign-in',
      'sign-in.x.y',
      'other.x.y',
      `sign-in.${'x'.repeat(43)}.L3BvcnRhbA`,
    ]) {
      nonsense.cookies.set('smartkey-provider', mark);
      const came = await nonsense.post('/portal/oidc/callback', { callback });
      expect([mark, came.status < 500, nonsense.session]).toEqual([mark, true, undefined]);
    }
  });
});

describe('one address', () => {
  it('that sprays sign-ins is told to wait after 20 in a minute, and others still get in', async () => {
    const address = portal.newAddress();
    const spray = async (n: number): Promise<Came> =>
      portal.visitor(undefined, address).post('/portal/sign-in', { key: `smk_guess-${n}` });
    // Two minutes may meet: of so many, not more than twice twenty are looked at.
    const answers = await Promise.all(Array.from({ length: 60 }, (_, n) => spray(n)));
    const looked = answers.filter(({ status }) => status === 422).length;
    expect([20, 40].includes(looked) || looked < 40).toBe(true);
    expect(answers.filter(({ status }) => status === 429).length).toBe(60 - looked);
    const told = answers.find(({ status }) => status === 429)!;
    expect(Number(told.headers['retry-after'])).toBeGreaterThan(0);
    expect(told.text).toContain('しばらく');
    // A link, an account, the right key: all count as one.
    const link = portal.visitor(undefined, address);
    expect((await link.post('/portal/invitation', { token: 'A'.repeat(43) })).status).toBe(429);
    expect((await link.post('/portal/sign-in', { key: OPERATOR_KEY })).status).toBe(429);
    // Who is signed in goes on, and others get in.
    expect((await portal.visitor(world.operator, address).get('/portal/todo')).status).toBe(200);
    expect((await portal.visitor().post('/portal/sign-in', { key: 'smk_guess' })).status).toBe(422);
    // Nobody says of themselves whom they speak for.
    const forged = await link.post(
      '/portal/sign-in',
      { key: 'smk_guess' },
      { headers: { 'smartkey-visitor-address': '198.51.100.7', 'x-forwarded-for': '198.51.100.7' } },
    );
    expect(forged.status).toBe(429);
  });

  it('with 100 stale cookies keeps nobody out who comes from there too', async () => {
    const address = portal.newAddress();
    const stale = (n: number): HttpVisitor => {
      const visitor = portal.visitor(undefined, address);
      visitor.cookies.set(visitor.sessionCookie, `ses_${String(n).padStart(26, 'x')}_${'y'.repeat(43)}`);
      return visitor;
    };
    const answers = await Promise.all(Array.from({ length: 100 }, (_, n) => stale(n).get('/portal')));
    expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
    const good = portal.visitor(world.operator, address);
    expect((await good.get('/portal/todo')).status).toBe(200);
    // Somebody whose session was good for the first time just now.
    const { token } = await portal.verified(world.finance);
    expect(
      (await portal.visitor({ ...world.finance, session: token }, address).get('/portal/runs')).status,
    ).toBe(200);
    // Who has a cookie that is over can sign in again, from there as well.
    const late = stale(1_000);
    expect((await late.get('/portal/sign-in')).status).toBe(200);
    expect((await late.post('/portal/oidc/start', { provider: 'corp', purpose: 'sign-in' })).status).toBe(
      200,
    );
  });
});
