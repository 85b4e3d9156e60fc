import type { PersonId } from '@smartkey/kernel';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { untilSeen } from '@smartkey/testing';
import { recoverOnServer } from '../index.ts';
import { TestGateway } from '../testing/gateway.fixture.ts';
import {
  addPasskey,
  laterOn,
  signInAdministrator,
  signInOperator,
  signInWith,
} from '../testing/person.fixture.ts';

const PORTAL = 'a-token-that-only-the-portal-knows';
let test: TestGateway;
let operator: Awaited<ReturnType<typeof addPasskey>>;
beforeAll(async () => {
  test = await TestGateway.start({ SMARTKEY_VISITOR_TOKEN: PORTAL });
  operator = await addPasskey(test, await signInOperator(test));
  test.mailsBySmtp = true;
  await test.restart();
});
beforeEach(async () => {
  laterOn(test);
  operator = { ...operator, token: (await shown(operator)).token };
});
afterAll(() => test.close());

const post = (path: string, body: object, key: string | null = null, headers = {}) =>
  test.call('POST', path, body, { key, headers });

/** Signed in again, with the origin that the passkey was made at: the port is another since the restart. */
async function shown({ phone }: { readonly phone: (typeof operator)['phone'] }): Promise<{ token: string }> {
  phone.origin = `http://localhost:${new URL(test.gateway.url).port}`;
  return (await signInWith(test, phone)).body;
}

/** The next mail of a kind to somebody, by the words of its subject. */
async function mailTo(address: string, words: RegExp): Promise<string> {
  const found = await untilSeen(
    () => test.mails.findIndex(({ to, subject }) => to === address && words.test(subject)),
    (index) => index >= 0,
  );
  return test.mails.splice(found, 1)[0]!.text;
}
const tokenIn = (text: string): string => /token=([\w-]{43})/.exec(text)![1]!;
const emailOf = (name: string) => `${name}@example.co.jp`;

async function invited(name: string, roles = ['auditor']) {
  const call = await post('/v1/people', { name, email: emailOf(name), roles }, operator.token);
  const token = tokenIn(await mailTo(emailOf(name), /招待/));
  const { body } = await post('/v1/sign-in/invitation', { token });
  const person = {
    person: call.body.id as PersonId,
    token: body.token as string,
    session: body.id as string,
  };
  return { call, ...(await addPasskey(test, person)) };
}

describe('where a mail server is', () => {
  it('an invitation goes to its address alone, and confirms it; each new way in is told to its person', async () => {
    const { call, person } = await invited('mailed');
    expect(call.body.invitation).toEqual({ channel: 'mail', expiresAt: expect.any(String) });
    expect(await mailTo(emailOf('mailed'), /追加されました/)).toContain('電話');
    const [row] = await test.database.query('SELECT email_confirmed FROM people WHERE id = $1', [person]);
    expect(row).toEqual({ email_confirmed: true });
    // A link is a way in: it stands in no list, no row and no log.
    expect(test.logged.join('\n')).not.toMatch(/token=/);
  });
});

describe('a lost passkey', () => {
  it('by the saved code and a mailed link: one is let in, everything former ends, administrators are told', async () => {
    const lost = await invited('lost');
    const { code } = (await post('/v1/me/recovery-code', {}, lost.token)).body;
    const asked = await post('/v1/sign-in/recovery', {
      email: 'LOST@example.co.jp',
      code: code.toUpperCase(),
    });
    expect([asked.status, asked.body]).toEqual([202, { asked: true }]);
    // The code alone lets nobody in, and ends nothing.
    expect((await test.call('GET', '/v1/me', undefined, { key: lost.token })).status).toBe(200);
    const token = tokenIn(await mailTo(emailOf('lost'), /再設定 /));
    const tries = await Promise.all(
      Array.from({ length: 200 }, (_, n) =>
        post('/v1/sign-in/recovery', { token }, null, {
          'smartkey-visitor-address': `198.51.${n >> 8}.${n & 255}`,
          'smartkey-visitor-token': PORTAL,
        }),
      ),
    );
    const [back, ...others] = tries.filter(({ status }) => status === 201);
    expect(others).toEqual([]);
    expect(tries.filter(({ status }) => status === 410)).toHaveLength(199);
    expect(back!.body).toMatchObject({ person: lost.person, recoveryCode: expect.stringMatching(/^\w{5}-/) });
    expect(back!.body.recoveryCode).not.toBe(code);
    expect((await test.call('GET', '/v1/me', undefined, { key: lost.token })).status).toBe(401);
    expect((await signInWith(test, lost.phone)).status).toBe(401);
    const again = await addPasskey(test, { person: lost.person, token: back!.body.token, session: '' });
    laterOn(test);
    expect((await signInWith(test, again.phone)).status).toBe(201);
    const [first] = await test.database.query<{ id: string }>(
      `SELECT id FROM people WHERE status = 'active' AND 'operator' = ANY (roles) LIMIT 1`,
    );
    expect(first!.id).toBe(operator.person);
    const { email } = (await test.call('GET', '/v1/me', undefined, { key: operator.token })).body.person;
    expect(await mailTo(email, /再設定されました/)).toContain('lost');
  });

  it('five tries an hour of one address, counted first; wrong, right and unknown are one answer', async () => {
    const sure = await invited('sure');
    const { code } = (await post('/v1/me/recovery-code', {}, sure.token)).body;
    const wrong = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        post('/v1/sign-in/recovery', { email: emailOf('sure'), code: `wrong-${n}` }, null, {
          'smartkey-visitor-address': `203.0.113.${n}`,
          'smartkey-visitor-token': PORTAL,
        }),
      ),
    );
    expect(wrong.filter(({ status }) => status === 202)).toHaveLength(5);
    const late = await post('/v1/sign-in/recovery', { email: emailOf('sure'), code });
    expect([late.status, late.headers.get('retry-after')]).toEqual([429, expect.stringMatching(/^\d+$/)]);
    const unknown = await post('/v1/sign-in/recovery', { email: emailOf('nobody'), code });
    expect(unknown.text).toBe(wrong.find(({ status }) => status === 202)!.text);
    expect(test.mails.filter(({ to, subject }) => to === emailOf('sure') && /再設定/.test(subject))).toEqual(
      [],
    );
  });

  it('by others: the link goes to the confirmed address, and nobody who asked sees it', async () => {
    const gone = await invited('gone');
    const reason = { reason: '社員証で確認' };
    const asked = await post(`/v1/people/${gone.person}/recovery`, reason, operator.token);
    expect([asked.status, asked.text.includes('token')]).toEqual([202, false]);
    const token = tokenIn(await mailTo(emailOf('gone'), /再設定 /));
    expect((await post('/v1/sign-in/recovery', { token })).status).toBe(201);
    const own = await post(`/v1/people/${operator.person}/recovery`, reason, operator.token);
    expect([own.status, own.body.code]).toEqual([409, 'own-person']);
    // An address that somebody else entered is nobody's until a link that went there comes back.
    await test.call(
      'PATCH',
      `/v1/people/${gone.person}`,
      { email: emailOf('thief') },
      { key: operator.token },
    );
    const stolen = await post(`/v1/people/${gone.person}/recovery`, reason, operator.token);
    expect([stolen.status, stolen.body.code]).toEqual([409, 'address-unconfirmed']);
  });

  it('the sole administrator of a contract is let in again by two operators', async () => {
    const contract = test.contract();
    const sole = await addPasskey(test, await signInAdministrator(test, contract));
    const second = await invited('second', ['operator']);
    const path = `/v1/contracts/${contract}/people`;
    const made = await post(
      path,
      { name: '管理二', email: emailOf('admin2'), rights: ['administer'] },
      operator.token,
    );
    const { body } = await post('/v1/sign-in/invitation', {
      token: tokenIn(await mailTo(emailOf('admin2'), /招待/)),
    });
    expect(body.person).toBe(made.body.id);
    await test.call('DELETE', `${path}/${sole.person}`, undefined, { key: operator.token });
    const ask = (key: string) => post(`${path}/${made.body.id}/recovery`, { reason: '電話で確認' }, key);
    const first = await ask(operator.token);
    expect([first.status, first.body.code]).toEqual([409, 'second-operator-needed']);
    expect((await ask(operator.token)).body.code).toBe('second-operator-needed');
    expect((await ask((await shown(second)).token)).status).toBe(202);
    expect(tokenIn(await mailTo(emailOf('admin2'), /再設定 /))).toHaveLength(43);
  });

  it('by whoever has the server, where nobody else is left', async () => {
    const { database, subjectKeys } = test;
    const parts = { database, subjectKeys, lookupKey: Buffer.alloc(32, 7) };
    await expect(recoverOnServer(parts, 'per_x')).rejects.toThrow(/^name one of the operators: per_/);
    const { token, person } = await recoverOnServer(parts, operator.person);
    expect(person).toBe(operator.person);
    const back = await post('/v1/sign-in/recovery', { token });
    expect([back.status, back.body.person]).toEqual([201, operator.person]);
    expect((await signInWith(test, operator.phone)).status).toBe(401);
    operator = await addPasskey(test, { person, token: back.body.token, session: back.body.id });
  });
});

describe('an address of mail', () => {
  const emailNow = async (key: string) =>
    (await test.call('GET', '/v1/me', undefined, { key })).body.person.email as string;

  it('is changed by its person once the link that went to the new one came back in a sign-in of that person; the old one is told', async () => {
    const mover = await invited('mover');
    const { token: key } = await shown(mover);
    const asked = await post('/v1/me/email', { email: emailOf('moved') }, key);
    expect([asked.status, asked.body]).toEqual([202, { asked: true, expiresAt: expect.any(String) }]);
    const token = tokenIn(await mailTo(emailOf('moved'), /メールアドレスの確認/));
    expect(await emailNow(key)).toBe(emailOf('mover'));
    // Whoever else has the link has nothing of it.
    const thief = await post('/v1/me/email/confirmation', { token }, operator.token);
    expect([thief.status, thief.body.code]).toEqual([410, 'link-over']);
    const first = await post('/v1/me/email/confirmation', { token }, key);
    expect([first.status, first.body]).toEqual([200, { email: emailOf('moved') }]);
    expect(await emailNow(key)).toBe(emailOf('moved'));
    expect(await mailTo(emailOf('mover'), /変更されました/)).not.toContain('moved');
    expect((await post('/v1/me/email/confirmation', { token }, key)).status).toBe(410);
    const [stored] = await test.database.query<{ data: unknown }>(
      `SELECT data FROM event_log WHERE type = 'AddressConfirmed'`,
    );
    expect(JSON.stringify(stored)).not.toContain('moved');
  });

  it('that an administrator entered is confirmed by its person alone; the old one is told; one asked for before is forgotten', async () => {
    const moved = await invited('renamed');
    const { token: key } = await shown(moved);
    await post('/v1/me/email', { email: emailOf('own-wish') }, key);
    const wished = tokenIn(await mailTo(emailOf('own-wish'), /メールアドレスの確認/));
    const change = { email: emailOf('entered') };
    await test.call('PATCH', `/v1/people/${moved.person}`, change, { key: operator.token });
    expect(await mailTo(emailOf('renamed'), /変更されました/)).toContain('renamed 様');
    const token = tokenIn(await mailTo(emailOf('entered'), /メールアドレスの確認/));
    expect((await post('/v1/me/email/confirmation', { token: wished }, key)).status).toBe(410);
    const reason = { reason: '本人の依頼' };
    const early = await post(`/v1/people/${moved.person}/recovery`, reason, operator.token);
    expect(early.body.code).toBe('address-unconfirmed');
    expect((await post('/v1/me/email/confirmation', { token }, key)).status).toBe(200);
    expect((await post(`/v1/people/${moved.person}/recovery`, reason, operator.token)).status).toBe(202);
  });

  it('is sent five links an hour at most, whoever asks', async () => {
    const many = await invited('many');
    const { token: key } = await shown(many);
    const answers: number[] = [];
    for (let n = 0; n < 6; n += 1)
      answers.push((await post('/v1/me/email', { email: emailOf('bombed') }, key)).status);
    expect(answers).toEqual([202, 202, 202, 202, 202, 429]);
  });
});

describe('an invitation that nobody redeemed', () => {
  it('is over when its person has come by another', async () => {
    const call = await post(
      '/v1/people',
      { name: 'x', email: emailOf('x'), roles: ['auditor'] },
      operator.token,
    );
    const old = tokenIn(await mailTo(emailOf('x'), /招待/));
    await post(`/v1/people/${call.body.id}/invitation`, {}, operator.token);
    const fresh = tokenIn(await mailTo(emailOf('x'), /招待/));
    expect((await post('/v1/sign-in/invitation', { token: old })).status).toBe(410);
    expect((await post('/v1/sign-in/invitation', { token: fresh })).status).toBe(201);
  });
});
