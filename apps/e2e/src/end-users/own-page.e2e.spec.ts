import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ApiAnswer, type ApiClient, Phone } from '@smartkey/api-client';
import { perUnitQuote, Steps, System } from '@smartkey/testing/end-to-end';
import { until } from '@smartkey/testing';
import { MailBox } from './mail-box.ts';

const VISITOR_TOKEN = 'visitor-token-of-these-tests-0123456789';
const MAIL = 'hanako@example.jp';
const OTHER_MAIL = 'thief@example.org';
const NOTICE = '心当たりがない場合は、7日以内に';

interface OwnPage {
  readonly proofNeeded: boolean;
  readonly devices?: readonly { readonly id: string; readonly status: string }[];
  readonly recoveryCodesLeft?: number;
}
interface Opened {
  readonly token: string;
  readonly purpose: string;
}

describe('the own page of a user', () => {
  let system: System;
  let steps: Steps;
  let contract: string;
  let administrator: ApiClient;
  let account: string;
  let mails: MailBox;
  let phone: Phone;
  let codes: readonly string[];
  let visitors = 0;
  let minute = 0;
  const read = new Set<string>();

  const asVisitor = () => {
    visitors += 1;
    return {
      headers: {
        'smartkey-visitor-address': `198.51.100.${visitors % 250}`,
        'smartkey-visitor-token': VISITOR_TOKEN,
      },
    };
  };
  const nobody = (): ApiClient => system.operator.as('nobody');
  const ask = (externalId: string, of = contract): Promise<ApiAnswer<unknown>> =>
    nobody().call('POST', '/links', { contract: of, externalId }, asVisitor());
  const open = async (token: string): Promise<ApiClient> => {
    const answer = await nobody().call<Opened>('POST', '/links/open', { token }, asVisitor());
    expect(answer.status).toBe(201);
    return system.operator.as(answer.body.token);
  };
  const proven = async (user: ApiClient, proof: object): Promise<ApiClient> =>
    system.operator.as((await user.post<Opened>('/self/proof', proof)).token);
  /** Business time goes on: each code counts once. */
  const later = async (): Promise<string> => {
    minute += 1;
    await steps.setClock(`2018-01-10T03:${String(minute).padStart(2, '0')}:00Z`);
    return steps.now();
  };
  const ownPage = async (): Promise<ApiClient> => {
    expect((await ask('hanako')).status).toBe(202);
    return open(await mails.tokenFor(MAIL, 'ご自分のページへのリンクです', read));
  };
  const confirm = async (user: ApiClient, path: string, body: object): Promise<Phone> => {
    const started = await user.post<{ id: string; otpauthUri: string }>(path, body);
    const made = new Phone(started.otpauthUri);
    await user.post(`/self/enrolments/${started.id}/confirmation`, { code: made.codeAt(await steps.now()) });
    return made;
  };
  const used = async (): Promise<number> =>
    (
      await administrator.get<{ authentications?: { successes?: number } }>(
        `/contracts/${contract}/usage/2018-01`,
      )
    ).authentications?.successes ?? 0;

  beforeAll(async () => {
    system = await System.start({
      SMARTKEY_VISITOR_TOKEN: VISITOR_TOKEN,
      SMARTKEY_LOG_LEVEL: 'debug',
      SMARTKEY_CLOCK_START: '2018-01-10T03:00:00Z',
    });
    steps = new Steps(system.operator);
    contract = await steps.accepted('service-provider', '2018-01-10', perUnitQuote('2018-01'));
    administrator = await steps.client(contract, 'contractor');
    mails = new MailBox(system.dataFolder);
    account = await steps.register(contract, 'hanako');
    await administrator.post(`/contracts/${contract}/ids/${account}/enrolment-links`, { email: MAIL });
    const user = await open(await mails.tokenFor(MAIL, 'スマートフォン登録', read));
    phone = await confirm(user, '/self/enrolments', {});
    codes = (await user.post<{ codes: string[] }>('/self/recovery-codes', {})).codes;
    await mails.tokenFor(MAIL, NOTICE, read);
  });
  afterAll(() => system?.dispose());

  it('is asked for by anybody with one answer, and its link goes to the confirmed address alone', async () => {
    expect(codes).toHaveLength(10);
    const answers = [await ask('nobody-here'), await ask('hanako', `ctr_${'0'.repeat(26)}`)];
    expect(answers.map(({ status, body }) => [status, body])).toEqual([
      [202, { asked: true }],
      [202, { asked: true }],
    ]);
    const user = await ownPage();
    // A thief with the mail box sees nothing and changes nothing.
    expect(await user.get('/self')).toEqual({ purpose: 'own-page', proofNeeded: true });
    for (const [path, body] of [
      ['/self/enrolments', {}],
      ['/self/replacement', { device: 'dev_1' }],
      ['/self/recovery-codes', {}],
    ] as const)
      expect((await user.call<{ code: string }>('POST', path, body)).body.code).toBe('user-proof-needed');
  });

  it('opens by a device’s code, which is used up and is no authentication; a new phone takes the place of the old', async () => {
    const before = await used();
    const user = await ownPage();
    const code = phone.codeAt(await later());
    const own = await proven(user, { code });
    expect(await used()).toBe(before);
    const { devices } = await own.get<OwnPage>('/self');
    expect(devices).toHaveLength(1);
    const fresh = await confirm(own, '/self/replacement', { device: devices![0]!.id });
    expect((await own.get<OwnPage>('/self')).devices).toHaveLength(1);
    const now = await later();
    const attempt = (shown: string) =>
      administrator.post('/authentications', { externalId: 'hanako', code: shown });
    expect(await attempt(phone.codeAt(now))).toMatchObject({ result: 'denied' });
    expect(await attempt(fresh.codeAt(now))).toMatchObject({ result: 'success' });
    phone = fresh;
    await mails.tokenFor(MAIL, NOTICE, read);
  });

  it('opens by a recovery code once', async () => {
    const user = await ownPage();
    const own = await proven(user, { recoveryCode: codes[0]!.toLowerCase() });
    expect(await own.get<OwnPage>('/self')).toMatchObject({ recoveryCodesLeft: 9 });
    const again = await own.call<{ code: string }>('POST', '/self/proof', { recoveryCode: codes[0] });
    expect([again.status, again.body.code]).toEqual([422, 'user-proof-wrong']);
  });

  it('is asked for three times an hour', async () => {
    const fourth = await ask('hanako');
    expect(fourth.status).toBe(429);
    expect(Number(fourth.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('a thief with the administrator’s session is told of to the address that was confirmed before; the user stops it', async () => {
    const issued = await administrator.post<{ number: string }>(
      `/contracts/${contract}/ids/${account}/enrolment-links`,
      { email: OTHER_MAIL, identitySeen: '自称' },
    );
    const thief = await open(await mails.tokenFor(OTHER_MAIL, 'スマートフォン登録', read));
    const own = await proven(thief, { number: issued.number });
    const stolen = await confirm(own, '/self/enrolments', {});
    const reporter = await open(await mails.tokenFor(MAIL, NOTICE, read));
    expect(await reporter.get('/self')).toEqual({ purpose: 'report', proofNeeded: false });
    expect((await reporter.call('POST', '/self/enrolments', {})).status).toBe(403);
    expect(await reporter.post('/self/report', {})).toEqual({ reported: true });
    expect((await reporter.call('GET', '/self')).status).toBe(401);
    expect((await own.call('GET', '/self')).status).toBe(401);
    expect(
      await administrator.post('/authentications', {
        externalId: 'hanako',
        code: stolen.codeAt(await later()),
      }),
    ).toMatchObject({ result: 'denied' });
    const stopped = await administrator.call<{ code: string }>(
      'POST',
      `/contracts/${contract}/ids/${account}/enrolments`,
      {},
    );
    expect([stopped.status, stopped.body.code]).toEqual([409, 'enrolment-stopped']);
    const at = `/contracts/${contract}/ids/${account}`;
    expect(await administrator.get(`${at}/enrolment-links`)).toMatchObject({ enrolmentStopped: true });
    await administrator.post(`${at}/release`, { reason: '本人に電話で確認した' });
    await until(async () =>
      (await mails.all()).some(
        ({ to, text }) => to.includes(MAIL) && text.includes('その端末を停止しました'),
      ),
    );
    // The address by which the thief came is believed no more: the next notice goes to the former alone.
    const before = (await mails.all()).filter(({ to }) => to.includes(OTHER_MAIL)).length;
    await steps.enrol(contract, account);
    await mails.tokenFor(MAIL, NOTICE, read);
    expect((await mails.all()).filter(({ to }) => to.includes(OTHER_MAIL))).toHaveLength(before);
  });

  it('a thief with the old phone gets nowhere by it alone, and nowhere at all once its user has another', async () => {
    const mail = 'saburo@example.jp';
    const its = await steps.register(contract, 'saburo');
    const at = `/contracts/${contract}/ids/${its}`;
    await administrator.post(`${at}/enrolment-links`, { email: mail });
    const user = await open(await mails.tokenFor(mail, 'スマートフォン登録', read));
    const old = await confirm(user, '/self/enrolments', {});
    const [saved] = (await user.post<{ codes: string[] }>('/self/recovery-codes', {})).codes;
    await mails.tokenFor(mail, NOTICE, read);
    const signsIn = async (by: Phone) =>
      administrator.post('/authentications', { externalId: 'saburo', code: by.codeAt(await later()) });
    const codeShown = async (by: ApiClient, phone: Phone) => {
      const answer = await by.call<{ code: string }>('POST', '/self/proof', {
        code: phone.codeAt(await later()),
      });
      return [answer.status, answer.body.code];
    };
    // The phone asks for a link, which goes to the user's address; without one a code is worth nothing.
    await ask('saburo');
    const link = await mails.tokenFor(mail, 'ご自分のページへのリンクです', read);
    expect((await codeShown(nobody(), old))[0]).toBe(401);
    const owner = await open(link);
    const own = await proven(owner, { recoveryCode: saved });
    const stolen = (await own.get<OwnPage>('/self')).devices![0]!.id;
    const fresh = await confirm(own, '/self/replacement', { device: stolen });
    await mails.tokenFor(mail, NOTICE, read);

    expect(await signsIn(old)).toMatchObject({ result: 'denied' });
    // Nor with the mail box besides, which may lie open on that phone, nor with a link of the administrator.
    await ask('saburo');
    const withMails = await open(await mails.tokenFor(mail, 'ご自分のページへのリンクです', read));
    expect(await codeShown(withMails, old)).toEqual([422, 'user-proof-wrong']);
    expect(await withMails.get('/self')).toEqual({ purpose: 'own-page', proofNeeded: true });
    await administrator.post(`${at}/enrolment-links`, { email: mail });
    const withLink = await open(await mails.tokenFor(mail, 'スマートフォン登録', read));
    expect(await codeShown(withLink, old)).toEqual([422, 'user-proof-wrong']);
    expect((await withLink.call('POST', '/self/enrolments', {})).status).toBe(409);
    expect(await signsIn(fresh)).toMatchObject({ result: 'success' });
    // A phone that was merely reported lost proves nothing either.
    const { items: devices } = await administrator.get<{ items: { id: string; status: string }[] }>(
      `${at}/devices`,
    );
    const lost = devices.find(({ status }) => status === 'active')!.id;
    await administrator.post(`/devices/${lost}/suspend`, {});
    expect(await codeShown(withMails, fresh)).toEqual([422, 'user-proof-wrong']);
    expect(await signsIn(fresh)).toMatchObject({ result: 'denied' });
  });

  it('locks out who guesses codes, as every other guess of the ID does', async () => {
    const other = await steps.register(contract, 'guessed');
    const owner = await steps.enrol(contract, other);
    const link = await administrator.post<{ url: string }>(
      `/contracts/${contract}/ids/${other}/enrolment-links`,
      {},
    );
    const user = await open(new URL(link.url).searchParams.get('token')!);
    const wrong = owner.wrongCodeAt(await steps.now());
    for (let n = 0; n < 5; n += 1) await user.call('POST', '/self/proof', { code: wrong });
    expect(
      await administrator.post('/authentications', {
        externalId: 'guessed',
        code: owner.codeAt(await steps.now(), 1),
      }),
    ).toMatchObject({ result: 'denied', reason: 'locked' });
  });

  it('leaves no recovery code and no address in any log', () => {
    for (const code of codes) expect(system.errors).not.toContain(code);
    expect(system.errors).not.toContain(MAIL);
  });
});
