import { describe, expect, it } from '@jest/globals';
import { factsAfter } from './facts-after.ts';
import { foldAccountFacts, noAccountFacts, type AccountFacts, type AccountMessage } from './account-facts.ts';

const account = 'rid_1';
const contract = 'ctr_1';

/** Messages of one stream, numbered as they come. */
const stream = (...told: readonly (readonly [type: string, data: object])[]): AccountMessage[] =>
  told.map(([type, data], revision) => ({ type, revision, contract, data: { account, ...data } }));

const factsOf = (messages: readonly AccountMessage[]): AccountFacts =>
  messages.reduce(foldAccountFacts, noAccountFacts(account));

const life = stream(
  ['IdRegistered', { spell: 1, registeredOn: '2018-01-01' }],
  ['EnrolmentStarted', { enrolment: 'enr_1', device: 'dev_1', expiresAt: '2018-01-01T00:10:00.000Z' }],
  ['EnrolmentCodeRefused', { enrolment: 'enr_1', triesLeft: 4 }],
  ['DeviceEnrolled', { enrolment: 'enr_1', device: 'dev_1' }],
  [
    'EnrolmentStarted',
    { enrolment: 'enr_2', device: 'dev_2', expiresAt: '2018-01-02T00:10:00.000Z', replaces: 'dev_1' },
  ],
  ['DeviceEnrolled', { enrolment: 'enr_2', device: 'dev_2' }],
  ['DeviceRevoked', { device: 'dev_1', cause: 'replaced' }],
  ['DeviceSuspended', { device: 'dev_2' }],
  ['IdSuspended', {}],
  ['IdResumed', {}],
  ['DeviceResumed', { device: 'dev_2' }],
  ['EnrolmentStarted', { enrolment: 'enr_3', device: 'dev_3', expiresAt: '2018-01-03T00:10:00.000Z' }],
  ['IdDeregistered', { spell: 1, registeredOn: '2018-01-01', lastDay: '2018-01-10', cause: 'request' }],
  ['EnrolmentEnded', { enrolment: 'enr_3', device: 'dev_3', cause: 'deregistered' }],
  ['DeviceRevoked', { device: 'dev_2', cause: 'deregistered' }],
  ['IdRegistered', { spell: 2, registeredOn: '2018-01-10' }],
);

describe('the facts of an account, as other services fold them', () => {
  it('Words: spells are joined, devices do not survive them', () => {
    expect(factsOf(life)).toEqual({
      account,
      contract,
      revision: 15,
      status: 'registered',
      spells: [
        { spell: 1, from: '2018-01-01', to: '2018-01-10' },
        { spell: 2, from: '2018-01-10' },
      ],
      devices: { dev_1: 'revoked', dev_2: 'revoked' },
    });
  });

  it('Invoices, late facts: a spell taken back is none any more, and a corrected one has its new days', () => {
    const corrected = { spell: 1, registeredOn: '2017-12-20', lastDay: '2018-01-12' };
    const former = { formerRegisteredOn: '2018-01-01', formerLastDay: '2018-01-10' };
    const voided = { spell: 2, registeredOn: '2018-01-10' };
    const more = stream(
      ...life.map(({ type, data }) => [type, data as object] as const),
      ['RegistrationCorrected', { ...corrected, ...former }],
      ['RegistrationVoided', voided],
    );
    const after = factsOf(more);
    expect(after.spells).toEqual([{ spell: 1, from: '2017-12-20', to: '2018-01-12' }]);
    expect(after.status).toBe('deregistered');
    const over = stream(
      ...life.slice(0, 13).map(({ type, data }) => [type, data as object] as const),
      ['IdRegistered', { spell: 2, registeredOn: '2018-01-11' }],
      ['RegistrationVoided', { spell: 1, registeredOn: '2018-01-01', lastDay: '2018-01-10' }],
    );
    expect(factsOf(over)).toMatchObject({
      status: 'registered',
      spells: [{ spell: 2, from: '2018-01-11' }],
    });
  });

  it('第5条1項: a device is there from its confirmation on, and the old one until then', () => {
    expect(factsOf(life.slice(0, 3))).toMatchObject({ enrolment: { device: 'dev_1' }, devices: {} });
    expect(factsOf(life.slice(0, 5))).toMatchObject({
      enrolment: { device: 'dev_2', replaces: 'dev_1' },
      devices: { dev_1: 'active' },
    });
    const swapped = factsOf(life.slice(0, 7));
    expect(swapped.devices).toEqual({ dev_1: 'revoked', dev_2: 'active' });
    expect(swapped.enrolment).toBeUndefined();
  });

  it('shows each state on the way', () => {
    const statuses = life.map((_, end) => factsOf(life.slice(0, end + 1)).status);
    expect(statuses.slice(8, 10)).toEqual(['suspended', 'registered']);
    expect(factsOf(life.slice(0, 8)).devices).toMatchObject({ dev_2: 'suspended' });
    expect(factsOf(life.slice(0, 11)).devices).toMatchObject({ dev_2: 'active' });
    expect(statuses[12]).toBe('deregistered');
  });

  it('a message told twice, or late, changes nothing', () => {
    const facts = factsOf(life);
    for (const message of life) {
      expect(foldAccountFacts(facts, message)).toBe(facts);
    }
  });

  it('does not pass over messages that are missing', () => {
    const facts = factsOf(life.slice(0, 3));
    expect(factsAfter(facts, life.slice(2, 5), foldAccountFacts)).toEqual(factsOf(life.slice(0, 5)));
    expect(factsAfter(facts, [], foldAccountFacts)).toBe(facts);
    expect(factsAfter(facts, life.slice(4), foldAccountFacts)).toBeUndefined();
  });

  it('takes the revision of a message that it does not know, and nothing else', () => {
    const facts = factsOf(life);
    const unknown = { type: 'SomethingNew', revision: 16, contract, data: { account } } as const;
    expect(foldAccountFacts(facts, unknown)).toEqual({ ...facts, revision: 16 });
  });
});
