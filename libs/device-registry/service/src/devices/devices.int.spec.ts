import { untilSeen } from '@smartkey/testing';
import type { AccountId, ContractId, DeviceId, EnrolmentId } from '@smartkey/kernel';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CodeChecker } from '../testing/neighbours.fixture.ts';
import { contractorOf, World } from '../testing/world.fixture.ts';

interface Started {
  readonly id: EnrolmentId;
  readonly deviceId: DeviceId;
  readonly otpauthUri: string;
  readonly secretBase32: string;
  readonly qrSvg: string;
  readonly expiresAt: string;
}

const RIGHT = { code: CodeChecker.RIGHT };
const WRONG = { code: '000000' };

describe('第5条1項: enrolments and devices over HTTP', () => {
  let world: World;
  let contract: ContractId;
  let count = 0;
  const ofId = (account: AccountId, more = ''): string => `/v1/contracts/${contract}/ids/${account}${more}`;
  const fresh = (): Promise<AccountId> => world.register(contract, `person-${(count += 1)}`);
  const start = (account: AccountId, form: object = {}) =>
    world.call<Started>('POST', ofId(account, '/enrolments'), form);
  const confirm = (enrolment: EnrolmentId, body: object, commandId?: string) =>
    world.call('POST', `/v1/enrolments/${enrolment}/confirmation`, body, commandId ? { commandId } : {});
  const act = (device: DeviceId, verb: string) => world.call('POST', `/v1/devices/${device}/${verb}`, {});

  beforeAll(async () => {
    world = await World.open();
    contract = await world.contracts.accepted('2018-01-01T03:00:00.000Z');
  });
  afterAll(() => world.close());

  it('hands the secret through once, not to be cached, and keeps none', async () => {
    const account = await fresh();
    const { status, body, headers } = await start(account, {
      deviceName: '太郎の電話',
      digits: 8,
      algorithm: 'SHA256',
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({ secretBase32: CodeChecker.SECRET, expiresAt: '2018-01-10T03:10:00.000Z' });
    expect(body.otpauthUri).toMatch(
      /^otpauth:\/\/totp\/IIJ%20SmartKey:person-\d+\?secret=.*&digits=8&period=30$/,
    );
    expect(body.qrSvg).toMatch(/^<svg/);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-smartkey-secret')).toBe('1');
    expect(world.authentication.issued.at(-1)).toMatchObject({
      account,
      contract,
      enrolment: body.id,
      device: body.deviceId,
      digits: 8,
      period: 30,
      algorithm: 'SHA256',
      accountRevision: 1,
    });
    const log = JSON.stringify((await world.events(account)).map(({ data }) => data));
    expect(log).not.toContain(CodeChecker.SECRET);
    expect(log).not.toContain('太郎の電話');
    expect(await confirm(body.id, RIGHT)).toMatchObject({
      status: 200,
      body: { deviceId: body.deviceId, status: 'active' },
    });
    const listed = await world.call<{ items: unknown[] }>('GET', ofId(account, '/devices'));
    expect(listed.body.items).toMatchObject([
      { id: body.deviceId, account, name: '太郎の電話', status: 'active', digits: 8, algorithm: 'SHA256' },
    ]);
  });

  it('a confirmation repeated is the same answer for the same command, 409 for another', async () => {
    const { body } = await start(await fresh());
    const first = await confirm(body.id, RIGHT, 'cmd-confirm');
    expect(await confirm(body.id, RIGHT, 'cmd-confirm')).toMatchObject({ status: 200, body: first.body });
    expect(await confirm(body.id, RIGHT)).toMatchObject({ status: 409, body: { code: 'already-confirmed' } });
  });

  it('what authentication confirmed before a crash is recorded by the next try', async () => {
    const account = await fresh();
    const { body } = await start(account);
    // The code was burned there, and the registry died before it recorded the device.
    expect(world.authentication.confirm(body.deviceId, CodeChecker.RIGHT)).toEqual({ confirmed: true });
    expect(await confirm(body.id, { code: '654321' })).toMatchObject({
      status: 200,
      body: { status: 'active' },
    });
    expect(await world.types(account)).toEqual(['IdRegistered', 'EnrolmentStarted', 'DeviceEnrolled']);
  });

  it('wrong codes: 422 with the tries left, after the fifth 410', async () => {
    const account = await fresh();
    const { body } = await start(account);
    for (const left of [4, 3, 2, 1]) {
      const answer = await confirm(body.id, WRONG);
      expect(answer).toMatchObject({
        status: 422,
        body: { code: 'enrolment-code-wrong', errors: [{ pointer: '/code' }] },
      });
      expect(answer.body['detail']).toMatch(new RegExp(`${left}`));
      expect(JSON.stringify(answer.body)).not.toContain(WRONG.code);
    }
    expect((await confirm(body.id, WRONG)).status).toBe(422);
    expect(await confirm(body.id, RIGHT)).toMatchObject({
      status: 410,
      body: { code: 'enrolment-too-many-tries' },
    });
    expect((await world.types(account)).at(-1)).toBe('EnrolmentEnded');
  });

  it('a wrong code sent again with its key costs one try only', async () => {
    const { body } = await start(await fresh());
    const first = await confirm(body.id, WRONG, 'cmd-wrong');
    expect(await confirm(body.id, WRONG, 'cmd-wrong')).toMatchObject({ status: 422, body: first.body });
    expect((await confirm(body.id, WRONG)).body['detail']).toMatch(/3/);
  });

  it.each([
    {},
    { code: 123456 },
    { code: '12345' },
    { code: '1234567' },
    { code: '１２３４５６' },
    { code: '123456\n' },
  ])('refuses the code of %j by its form', async (form) => {
    const { body } = await start(await fresh());
    expect(await confirm(body.id, form)).toMatchObject({ status: 422, body: { code: 'validation-failed' } });
  });

  it.each([
    { digits: 7 },
    { digits: '6' },
    { period: 45 },
    { algorithm: 'MD5' },
    { expiresInSeconds: 59 },
    { secret: 'x' },
  ])('refuses the enrolment %j', async (form) => {
    expect((await start(await fresh(), form)).status).toBe(422);
  });

  it('a second enrolment supersedes the first', async () => {
    const account = await fresh();
    const first = (await start(account)).body;
    const second = (await start(account)).body;
    expect(await confirm(first.id, RIGHT)).toMatchObject({
      status: 410,
      body: { code: 'enrolment-superseded' },
    });
    expect((await confirm(second.id, RIGHT)).status).toBe(200);
  });

  it('without authentication there is no secret: 503, and the same command again gets it', async () => {
    const account = await fresh();
    const path = ofId(account, '/enrolments');
    world.authentication.down = true;
    const failed = await world.call('POST', path, {}, { commandId: 'cmd-enrol' });
    world.authentication.down = false;
    expect(failed.status).toBe(503);
    const again = await world.call<Started>('POST', path, {}, { commandId: 'cmd-enrol' });
    expect(again.status).toBe(201);
    expect((await confirm(again.body.id, RIGHT)).status).toBe(200);
  });

  it('a device is suspended, resumed, revoked; revoked is for good, and told at once', async () => {
    const account = await fresh();
    const device = await world.enrol(contract, account);
    expect(await act(device, 'suspend')).toMatchObject({
      status: 200,
      body: { status: 'suspended', propagation: 'done' },
    });
    expect(await act(device, 'resume')).toMatchObject({ status: 200, body: { status: 'active' } });
    world.authentication.told.length = 0;
    expect(await act(device, 'revoke')).toMatchObject({ status: 200, body: { status: 'revoked' } });
    expect(world.authentication.told).toMatchObject([{ type: 'DeviceRevoked', data: { account, device } }]);
    expect((await act(device, 'revoke')).status).toBe(200);
    expect(await act(device, 'resume')).toMatchObject({ status: 409, body: { code: 'device-revoked' } });
  });

  it('a replaced device stays valid until the new one is confirmed', async () => {
    const account = await fresh();
    const old = await world.enrol(contract, account);
    const { status, body } = await world.call<Started>('POST', `/v1/devices/${old}/replace`, {});
    expect(status).toBe(201);
    const devices = async () =>
      (
        await world.call<{ items: { id: string; status: string }[] }>('GET', ofId(account, '/devices'))
      ).body.items.map(({ id, status: now }) => [id, now]);
    expect(await devices()).toEqual([[old, 'active']]);
    await confirm(body.id, RIGHT);
    expect(await devices()).toEqual([
      [old, 'revoked'],
      [body.deviceId, 'active'],
    ]);
  });

  it('holds five devices, also when six are begun at once', async () => {
    const account = await fresh();
    for (let device = 0; device < 4; device += 1) await world.enrol(contract, account);
    const begun = await Promise.all(Array.from({ length: 3 }, () => start(account)));
    expect(begun.every(({ status }) => status === 201)).toBe(true);
    const confirmed = await Promise.all(begun.map(({ body }) => confirm(body.id, RIGHT)));
    expect(confirmed.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await start(account)).toMatchObject({ status: 409, body: { code: 'too-many-devices' } });
  });

  it('deregistration revokes the devices; the next spell begins with none', async () => {
    const account = await fresh();
    const device = await world.enrol(contract, account);
    await world.call('DELETE', ofId(account));
    expect(await act(device, 'resume')).toMatchObject({ status: 409 });
    expect((await start(account)).status).toBe(409);
  });

  it('a person sees a secret who has just shown who that is, and in no session that was left open', async () => {
    const account = await fresh();
    const { body: started } = await start(account);
    const { body: device } = await confirm(started.id, RIGHT);
    const person = { id: 'per_00000000000000000000000001', revision: 1 } as const;
    const leftOpen = { ...contractorOf(contract), key: 'ses_1', person, rights: ['ids'] } as const;
    const before = world.authentication.issued.length;
    for (const path of [ofId(account, '/enrolments'), `/v1/devices/${device['deviceId']}/replace`]) {
      const refused = await world.call('POST', path, {}, { actor: leftOpen });
      expect([refused.status, refused.body['code']]).toEqual([403, 'step-up-required']);
      expect(world.authentication.issued).toHaveLength(before);
    }
    for (const path of [ofId(account, '/enrolments'), `/v1/devices/${device['deviceId']}/replace`])
      expect((await world.call('POST', path, {}, { actor: { ...leftOpen, verified: true } })).status).toBe(
        201,
      );
  });

  it('foreign and unknown enrolments and devices are one answer', async () => {
    const other = await world.contracts.accepted('2018-01-01T03:00:00.000Z');
    const account = await fresh();
    const device = await world.enrol(contract, account);
    const { body } = await start(account);
    const actor = contractorOf(other);
    for (const [theirs, unknown] of [
      [`/v1/devices/${device}/revoke`, '/v1/devices/dev_00000000000000000000000000/revoke'],
      [`/v1/devices/${device}/replace`, '/v1/devices/dev_00000000000000000000000000/replace'],
      [
        `/v1/enrolments/${body.id}/confirmation`,
        '/v1/enrolments/enr_00000000000000000000000000/confirmation',
      ],
    ] as const) {
      const form = theirs.endsWith('confirmation') ? RIGHT : {};
      const one = await world.call('POST', theirs, form, { actor });
      const two = await world.call('POST', unknown, form, { actor });
      expect([one.status, one.body]).toEqual([404, two.body]);
    }
    expect((await confirm(body.id, RIGHT)).status).toBe(200);
  });

  it('an enrolment that waits too long ends by itself, at its instant', async () => {
    const account = await fresh();
    const { body } = await start(account, { expiresInSeconds: 60 });
    await world.setClock('2018-01-10T03:01:00.000Z');
    expect(await confirm(body.id, RIGHT)).toMatchObject({ status: 410, body: { code: 'enrolment-expired' } });
    await untilSeen(
      () => world.events(account),
      (events) =>
        events.at(-1)?.type === 'EnrolmentEnded' && events.at(-1)?.occurredAt === '2018-01-10T03:01:00.000Z',
    );
    expect(await confirm(body.id, RIGHT)).toMatchObject({ status: 410, body: { code: 'enrolment-expired' } });
  });
});
