import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ApiAnswer, type ApiClient, Phone } from '@smartkey/api-client';
import { enterpriseQuote, Steps, System } from '@smartkey/testing/end-to-end';
import { MailBox } from './mail-box.ts';

const VISITOR_TOKEN = 'visitor-token-of-these-tests-0123456789';

interface Issued {
  readonly id: string;
  readonly status: string;
  readonly channel: string;
  readonly url?: string;
  readonly number?: string;
}
interface Opened {
  readonly token: string;
  readonly purpose: string;
}
interface Started {
  readonly id: string;
  readonly otpauthUri: string;
  readonly secretBase32: string;
  readonly qrSvg: string;
}
interface OwnPage {
  readonly proofNeeded: boolean;
  readonly devices?: readonly { readonly id: string; readonly status: string }[];
  readonly recoveryCodesLeft?: number;
}

const tokenOf = ({ url }: Issued): string => new URL(url!).searchParams.get('token')!;

describe('links by which users enrol', () => {
  let system: System;
  let steps: Steps;
  let contract: string;
  let administrator: ApiClient;
  let mails: MailBox;
  let visitors = 0;
  const secrets: string[] = [];

  /** A browser of its own, at an address of its own. */
  const open = (token: string): Promise<ApiAnswer<Opened>> => {
    visitors += 1;
    secrets.push(token);
    return system.operator.as('nobody').call<Opened>(
      'POST',
      '/links/open',
      { token },
      {
        headers: {
          'smartkey-visitor-address': `192.0.2.${visitors % 250}`,
          'smartkey-visitor-token': VISITOR_TOKEN,
        },
      },
    );
  };
  const opened = async (token: string): Promise<ApiClient> => {
    const answer = await open(token);
    expect(answer.status).toBe(201);
    secrets.push(answer.body.token);
    return system.operator.as(answer.body.token);
  };
  const issue = (account: string, body: object = {}): Promise<Issued> =>
    administrator.post<Issued>(`/contracts/${contract}/ids/${account}/enrolment-links`, body);
  const linksOf = async (account: string): Promise<readonly { id: string; status: string }[]> =>
    (
      await administrator.get<{ items: { id: string; status: string }[] }>(
        `/contracts/${contract}/ids/${account}/enrolment-links`,
      )
    ).items;
  const enrolled = async (user: ApiClient): Promise<Phone> => {
    const started = await user.post<Started>('/self/enrolments', {});
    const phone = new Phone(started.otpauthUri);
    const code = phone.codeAt(await steps.now());
    await user.post(`/self/enrolments/${started.id}/confirmation`, { code });
    return phone;
  };
  const codeOf = (answer: ApiAnswer<unknown>) => [answer.status, (answer.body as { code?: string }).code];

  beforeAll(async () => {
    system = await System.start({
      SMARTKEY_VISITOR_TOKEN: VISITOR_TOKEN,
      SMARTKEY_LOG_LEVEL: 'debug',
      SMARTKEY_CLOCK_START: '2018-01-10T03:00:00Z',
    });
    steps = new Steps(system.operator);
    contract = await steps.accepted('enterprise', '2018-01-10', enterpriseQuote('2018-01'));
    administrator = await steps.client(contract, 'contractor');
    mails = new MailBox(system.dataFolder);
  });
  afterAll(() => system?.dispose());

  it('let the user enrol, and the administrator sees no secret', async () => {
    const account = await steps.register(contract, 'hanako');
    const issued = await issue(account);
    expect(issued).toMatchObject({ status: 'issued', channel: 'shown' });
    const user = await opened(tokenOf(issued));
    expect((await linksOf(account))[0]).toMatchObject({ id: issued.id, status: 'opened' });
    expect(await user.get('/self')).toMatchObject({ proofNeeded: false, externalId: 'hanako', devices: [] });
    const phone = await enrolled(user);
    expect((await linksOf(account))[0]).toMatchObject({ id: issued.id, status: 'confirmed' });
    await steps.setClock('2018-01-10T03:01:00Z');
    expect(
      await administrator.post('/authentications', {
        externalId: 'hanako',
        code: phone.codeAt(await steps.now()),
      }),
    ).toMatchObject({ result: 'success' });
    const over = await user.call('POST', '/self/enrolments', {});
    expect(codeOf(over)).toEqual([410, 'link-over']);
  });

  it('go by mail alone where an address is given, and the answer has none', async () => {
    const account = await steps.register(contract, 'mariko');
    const issued = await issue(account, { email: 'mariko@example.jp' });
    expect(issued).toMatchObject({ channel: 'mail' });
    expect(issued).not.toHaveProperty('url');
    const token = await mails.tokenFor('mariko@example.jp', 'スマートフォン登録');
    const user = await opened(token);
    await enrolled(user);
    expect(await linksOf(account)).toMatchObject([
      { status: 'confirmed', channel: 'mail', email: 'mariko@example.jp' },
    ]);
    const told = await system.operator.get<{ items: { kind: string }[] }>('/mails');
    expect(told.items.map(({ kind }) => kind)).toContain('enrolment-link');
  });

  it('are opened once: a scanner’s GET takes nothing, and of two hundred who try one is let in', async () => {
    const account = await steps.register(contract, 'two-hundred');
    const issued = await issue(account);
    const token = tokenOf(issued);
    const looked = await fetch(`${system.url}/v1/links/open?token=${token}`);
    expect(looked.status).toBe(401);
    await fetch(`${issued.url!}`).catch(() => undefined);
    expect((await linksOf(account))[0]!.status).toBe('issued');
    const answers = await Promise.all(Array.from({ length: 200 }, () => open(token)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(new Set(answers.filter(({ status }) => status !== 201).map(({ status }) => status))).toEqual(
      new Set([410]),
    );
  });

  it('are worth nothing once revoked or replaced, nor the browser that one let in', async () => {
    const account = await steps.register(contract, 'revoked');
    const first = await issue(account);
    const second = await issue(account);
    expect((await open(tokenOf(first))).status).toBe(410);
    const user = await opened(tokenOf(second));
    await user.post('/self/enrolments', {});
    await administrator.delete(`/contracts/${contract}/ids/${account}/enrolment-links/${second.id}`);
    expect((await user.call('GET', '/self')).status).toBe(401);
    expect((await linksOf(account)).map(({ status }) => status)).toEqual(['revoked', 'revoked']);
    expect(codeOf(await open('x'.repeat(43)))).toEqual([410, 'link-over']);
  });

  it('are bounded in time, and let nobody do what is not theirs', async () => {
    const account = await steps.register(contract, 'bounded');
    const at = `/contracts/${contract}/ids/${account}/enrolment-links`;
    expect((await administrator.call('POST', at, { expiresInSeconds: 86_401 })).status).toBe(422);
    expect((await administrator.call('POST', at, { expiresInSeconds: 299 })).status).toBe(422);
    const other = await steps.client(
      await steps.accepted('enterprise', '2018-01-10', enterpriseQuote('2018-01')),
      'contractor',
    );
    expect((await other.call('POST', at, {})).status).toBe(404);
    const user = await opened(tokenOf(await issue(account)));
    expect((await user.call('GET', `/contracts/${contract}/ids/${account}`)).status).toBe(403);
    expect((await user.call('POST', at, {})).status).toBe(403);
    expect((await administrator.call('GET', '/self')).status).toBe(403);
  });

  it('ask for more where the ID had a device: the number that the administrator told, or the old phone’s code', async () => {
    const account = await steps.register(contract, 'jiro');
    const old = await steps.enrol(contract, account);
    const thief = await opened(tokenOf(await issue(account)));
    expect(await thief.get<OwnPage>('/self')).not.toHaveProperty('devices');
    expect(codeOf(await thief.call('POST', '/self/enrolments', {}))).toEqual([409, 'link-proof-missing']);
    const seen = await issue(account, { identitySeen: '社員証を確認' });
    expect(seen.number).toMatch(/^\d{8}$/);
    secrets.push(seen.number!);
    const user = await opened(tokenOf(seen));
    const wrong = seen.number === '00000000' ? '00000001' : '00000000';
    expect(codeOf(await user.call('POST', '/self/proof', { number: wrong }))).toEqual([
      422,
      'user-proof-wrong',
    ]);
    const proven = await user.post<Opened>('/self/proof', { number: seen.number });
    // Who knew the session's former secret knows nothing any more.
    expect((await user.call('GET', '/self')).status).toBe(401);
    await enrolled(system.operator.as(proven.token));
    const byPhone = await opened(tokenOf(await issue(account)));
    const code = old.codeAt(await steps.now(), 1);
    const shown = await byPhone.post<Opened>('/self/proof', { code });
    // It is no sign-in, and its step is used up.
    expect(await administrator.post('/authentications', { externalId: 'jiro', code })).toMatchObject({
      result: 'denied',
      reason: 'code_already_used',
    });
    await enrolled(system.operator.as(shown.token));
  });

  it('end with the fifth wrong number, whichever browser and however many tries at once', async () => {
    const account = await steps.register(contract, 'guessed');
    await steps.enrol(contract, account);
    const issued = await issue(account, { identitySeen: '電話で確認' });
    const user = await opened(tokenOf(issued));
    const guesses = Array.from({ length: 30 }, (_, n) => String(n).padStart(8, '0')).filter(
      (guess) => guess !== issued.number,
    );
    await Promise.all(guesses.map((number) => user.call('POST', '/self/proof', { number })));
    expect((await linksOf(account))[0]!.status).toBe('exhausted');
    expect((await user.call('POST', '/self/proof', { number: issued.number })).status).toBe(401);
  });

  it('show a secret three times, and forgive five wrong codes in all', async () => {
    const account = await steps.register(contract, 'shown');
    const user = await opened(tokenOf(await issue(account)));
    for (let n = 0; n < 3; n += 1) await user.post('/self/enrolments', {});
    expect(codeOf(await user.call('POST', '/self/enrolments', {}))).toEqual([410, 'link-over']);
    const other = await steps.register(contract, 'wrong');
    const clumsy = await opened(tokenOf(await issue(other)));
    for (const wrong of [3, 2]) {
      const started = await clumsy.post<Started>('/self/enrolments', {});
      const code = new Phone(started.otpauthUri).wrongCodeAt(await steps.now());
      for (let n = 0; n < wrong; n += 1)
        await clumsy.call('POST', `/self/enrolments/${started.id}/confirmation`, { code });
    }
    expect((await linksOf(other))[0]!.status).toBe('exhausted');
  });

  it('leave no token, number or session in any log', () => {
    expect(secrets.length).toBeGreaterThan(10);
    for (const secret of secrets) expect(system.errors).not.toContain(secret);
  });
});
