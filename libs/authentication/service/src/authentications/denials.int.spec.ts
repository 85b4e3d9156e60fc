import type { ContractId } from '@smartkey/kernel';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { denied, providerOf, World, type Person } from '../testing/service.fixture.ts';

let world: World;
let person: Person;

beforeAll(async () => (world = await World.open()));
afterAll(() => world?.close());
beforeEach(async () => {
  world.owners.down = false;
  person = await world.person();
});

const says: World['owners']['saysOfContract'] = (...of) => world.owners.saysOfContract(...of);

describe('reasons, in their order', () => {
  it('第5条3項: withheld, and again served once it is restored', async () => {
    const { contract } = person;
    const told = await world.tell(says(contract, 'ServiceWithheld', {}));
    expect(told.status).toBe(204);
    expect(await person.send(person.code())).toEqual(denied('service_withheld'));
    // Nobody has told of the restoration: the owner is asked before the refusal.
    says(contract, 'ServiceRestored', {});
    expect(await person.send(person.code())).toMatchObject({ result: 'success' });
  });

  it('第6条: the contract ends at the end of its last day, to the millisecond, though nothing more was heard', async () => {
    const notice = {
      cancellation: 'can_1',
      arrivedAt: world.now(),
      form: 'portal',
      effectiveDay: '2040-02-14',
    } as const;
    await world.tell(says(person.contract, 'CancellationNotified', notice));
    world.clock.set('2040-02-14T14:59:59.999Z');
    expect(await person.send(person.code())).toMatchObject({
      result: 'success',
      decidedAt: '2040-02-14T14:59:59.999Z',
    });
    world.clock.set('2040-02-14T15:00:00.000Z');
    expect(await person.send(person.code(1))).toEqual(denied('contract_ended'));
    expect(await person.successes()).toBe(1);
  });

  it('suspended, and resumed though nobody told; without a device its secret is gone', async () => {
    await person.says('IdSuspended', {});
    expect(await person.send(person.code())).toEqual(denied('id_suspended'));
    world.owners.saysOfAccount(person.account, 'IdResumed', { account: person.account });
    expect(await person.send(person.code())).toMatchObject({ result: 'success' });
    await person.says('DeviceRevoked', { device: person.device, cause: 'request' });
    expect(await person.send(person.code(1))).toEqual(denied('no_active_device'));
  });

  it('L6: a suspended device signs nobody in; resumed it does', async () => {
    const { device } = person;
    await person.says('DeviceSuspended', { device });
    expect(await person.send(person.code())).toEqual(denied('no_active_device'));
    await person.says('DeviceResumed', { device });
    expect(await person.send(person.code())).toMatchObject({ result: 'success' });
  });

  it('unknown, foreign and deregistered are one answer, byte for byte, after the same questions', async () => {
    const foreign = await world.person();
    const gone = world.owners.register(person.contract, 'gone', world.now());
    const ended = { account: gone, spell: 1, registeredOn: '2018-01-01', lastDay: '2018-01-02' } as const;
    world.owners.saysOfAccount(gone, 'IdDeregistered', { ...ended, cause: 'request' });
    const code = person.code();
    await person.send(person.wrongCode());
    world.owners.asked.length = 0;
    const whos = [
      { externalId: 'nobody' },
      { externalId: foreign.externalId },
      { externalId: 'gone' },
      { id: foreign.account },
      { id: 'rid_00000000000000000000000000' },
      { id: gone },
      { id: '..' },
      { id: '../../contracts' },
    ];
    for (const who of whos) {
      expect(await world.authenticate(person.contract, { ...who, code })).toEqual(
        denied('not_authenticated'),
      );
      expect(world.owners.asked.splice(0)).toHaveLength(1);
    }
  });

  it('unknown, foreign and deregistered cost the same work, here and at the owner: no time tells them apart', async () => {
    const foreign = await world.person();
    const gone = await world.person();
    const goneOf = {
      account: gone.account,
      spell: 1,
      registeredOn: '2018-01-01',
      lastDay: '2018-01-02',
    } as const;
    await world.tell(
      world.owners.saysOfAccount(gone.account, 'IdDeregistered', { ...goneOf, cause: 'request' }),
    );
    const workOf = async (contract: ContractId, who: object): Promise<readonly string[]> => {
      world.owners.asked.length = 0;
      const { database } = world;
      const { store } = world.service;
      const work: string[] = [];
      const spies = [
        jest.spyOn(database, 'query').mockName('query'),
        jest.spyOn(database, 'execute').mockName('execute'),
        jest.spyOn(database, 'transaction').mockName('transaction'),
        jest.spyOn(store, 'readStream').mockName('readStream'),
      ];
      const code = person.code();
      const options = { commandId: `cmd-${JSON.stringify(who)}` };
      expect(await world.authenticate(contract, { ...who, code }, options)).toEqual(
        denied('not_authenticated'),
      );
      for (const spy of spies) {
        const calls = spy.mock.calls as readonly (readonly unknown[])[];
        for (const [first] of calls)
          work.push(`${spy.getMockName()} ${typeof first === 'object' ? JSON.stringify(first) : ''}`);
        spy.mockRestore();
      }
      const questions = world.owners.asked.map((path) =>
        path.replace(/(rid_\w+|by-digest\/[\w-]+)(?=\/facts)/, 'who').replace(/known=-?\d+/, 'known='),
      );
      return [...work, ...questions];
    };
    await person.send(person.wrongCode());
    const byId = await workOf(person.contract, { id: 'rid_00000000000000000000000000' });
    expect(byId.filter((each) => each.includes('/facts'))).toEqual([
      `/internal/contracts/${person.contract}/accounts/who/facts?known=`,
    ]);
    expect(await workOf(person.contract, { id: foreign.account })).toEqual(byId);
    await world.authenticate(gone.contract, { externalId: gone.externalId, code: '123456' });
    expect(await workOf(gone.contract, { externalId: gone.externalId })).toEqual(
      await workOf(gone.contract, { externalId: 'never registered' }),
    );
    expect(await workOf(gone.contract, { id: gone.account })).toEqual(
      await workOf(gone.contract, { id: 'rid_00000000000000000000000000' }),
    );
  });

  it('第5条1項: a second device signs in right after it was confirmed or resumed, though nobody told', async () => {
    const second = await world.issue(person.account);
    const { account, device, enrolment, phone } = second;
    await world.confirm(second, phone.codeAt(world.now()));
    world.owners.saysOfAccount(account, 'DeviceEnrolled', { account, device, enrolment });
    expect(await person.send(phone.codeAt(world.now(), 1))).toMatchObject({
      result: 'success',
      deviceId: device,
    });
    await person.says('DeviceSuspended', { device });
    world.clock.advance(120_000);
    expect(await person.send(phone.codeAt(world.now()))).toEqual(denied('invalid_code'));
    world.owners.saysOfAccount(account, 'DeviceResumed', { account, device });
    expect(await person.send(phone.codeAt(world.now()))).toMatchObject({
      result: 'success',
      deviceId: device,
    });
  });

  it('fails closed where an owner must be asked and is down; where nothing need be asked it goes on', async () => {
    expect(await person.send(person.code())).toMatchObject({ result: 'success' });
    world.owners.down = true;
    expect(await person.send(person.code(1))).toMatchObject({ result: 'success' });
    const body = { externalId: 'nobody', code: '123456' };
    const answer = await world.service.call('/v1/authentications', body, {
      actor: providerOf(person.contract),
    });
    expect(answer).toMatchObject({ status: 503, body: { code: 'temporarily-unavailable' } });
  });

  it('a contract that hides its reasons says not_authenticated and nothing else, also when locked', async () => {
    await world.tell(says(person.contract, 'DenialReasonsSet', { disclosed: false }));
    const code = person.code();
    const told = [await world.authenticate(person.contract, { externalId: 'nobody', code })];
    for (let guesses = 0; guesses < 6; guesses++) told.push(await person.send(person.wrongCode()));
    const one = JSON.stringify(denied('not_authenticated'));
    expect(new Set(told.map((answer) => JSON.stringify(answer)))).toEqual(new Set([one]));
  });

  it('NFC: the same external id in another composition is the same person', async () => {
    const zoe = world.owners.register(person.contract, 'Zo\u00eb', world.now());
    const { phone } = await world.enrol(zoe);
    const body = { externalId: 'Zoe\u0308', code: phone.codeAt(world.now()) };
    expect(await world.authenticate(person.contract, body)).toMatchObject({ result: 'success' });
  });

  it('one step after another works without a word over the bus: register, enrol, sign in', async () => {
    const account = world.owners.register(person.contract, 'fresh', world.now());
    const send = (code: string) => world.authenticate(person.contract, { externalId: 'fresh', code });
    expect(await send('123456')).toEqual(denied('no_active_device'));
    const enrolled = await world.issue(account);
    const { device, enrolment, phone } = enrolled;
    await world.confirm(enrolled, phone.codeAt(world.now()));
    world.owners.saysOfAccount(account, 'DeviceEnrolled', { account, device, enrolment });
    expect(await send(phone.codeAt(world.now(), 1))).toMatchObject({ result: 'success' });
  });

  it('denials are no events each, but counts per contract and reason', async () => {
    await person.guess(5);
    await person.send(person.code());
    await person.send(person.code());
    const stream = `denials-${person.contract}`;
    expect(await world.service.store.readStream(stream)).toEqual([]);
    await world.service.assembly.stop!();
    const [counted, ...more] = await world.service.store.readStream(stream);
    expect(counted).toMatchObject({
      type: 'DenialsCounted',
      data: { contract: person.contract, to: world.now(), byReason: { invalid_code: 5, locked: 2 } },
    });
    await world.service.assembly.stop!();
    expect(more).toEqual([]);
    expect(await world.service.store.readStream(stream)).toHaveLength(1);
  });
});
