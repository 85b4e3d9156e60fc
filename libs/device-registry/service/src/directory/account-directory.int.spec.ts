import type { JstDay } from '@smartkey/calendar';
import type { Instant, AccountId, ContractId } from '@smartkey/kernel';
import { describe, expect, it } from '@jest/globals';
import { expectProjection, type GivenMessage } from '@smartkey/projection-spec';
import { accountDirectoryProjection } from './account-directory.projection.ts';

const message = (
  account: AccountId,
  type: string,
  occurredAt: Instant,
  data: Readonly<Record<string, unknown>> = {},
): GivenMessage => ({
  stream: `account-${account}`,
  contract: 'ctr_1',
  type,
  occurredAt,
  data: { account, ...data },
});
const registered = (account: AccountId, day: JstDay, spell = 1): GivenMessage =>
  message(account, 'IdRegistered', `${day}T01:00:00.000Z`, {
    externalIdDigest: `digest-${account}`,
    spell,
    registeredOn: day,
  });
const deregistered = (account: AccountId, from: JstDay, day: JstDay, spell = 1): GivenMessage =>
  message(account, 'IdDeregistered', `${day}T02:00:00.000Z`, {
    spell,
    registeredOn: from,
    lastDay: day,
    cause: 'request',
  });
const ofContract = (contract: ContractId, type: string, data: object): GivenMessage => ({
  source: 'contract',
  stream: `contract-${contract}`,
  contract,
  type,
  data: { contract, ...data },
});

describe('the account directory, however its messages come', () => {
  it('knows the last spell of each account, its state, and the enrolment that waits', () =>
    expectProjection(
      accountDirectoryProjection,
      [
        registered('rid_1', '2018-01-05'),
        {
          stream: 'log-device-registry',
          type: 'LogKeyRotated',
          data: { log: 'smartkey.example/device-registry' },
        },
        registered('rid_2', '2018-01-05'),
        deregistered('rid_1', '2018-01-05', '2018-01-10'),
        registered('rid_3', '2018-01-06'),
        message('rid_2', 'IdSuspended', '2018-01-07T00:00:00.000Z'),
        message('rid_3', 'EnrolmentStarted', '2018-01-07T00:00:00.000Z', {
          enrolment: 'enr_1',
          device: 'dev_1',
          expiresAt: '2018-01-07T00:10:00.000Z',
        }),
        registered('rid_1', '2018-01-20', 2),
        message('rid_2', 'IdResumed', '2018-01-21T00:00:00.000Z'),
        deregistered('rid_2', '2018-01-05', '2018-01-22'),
      ],
      async (sql) => {
        const rows = await sql.query(
          `select account, contract, status, times, enrolment from accounts order by account`,
        );
        expect(rows).toEqual([
          {
            account: 'rid_1',
            contract: 'ctr_1',
            status: 'registered',
            times: {
              '1': { registeredAt: '2018-01-05T01:00:00.000Z', deregisteredAt: '2018-01-10T02:00:00.000Z' },
              '2': { registeredAt: '2018-01-20T01:00:00.000Z' },
            },
            enrolment: null,
          },
          {
            account: 'rid_2',
            contract: 'ctr_1',
            status: 'deregistered',
            times: {
              '1': { registeredAt: '2018-01-05T01:00:00.000Z', deregisteredAt: '2018-01-22T02:00:00.000Z' },
            },
            enrolment: null,
          },
          {
            account: 'rid_3',
            contract: 'ctr_1',
            status: 'registered',
            times: { '1': { registeredAt: '2018-01-06T01:00:00.000Z' } },
            enrolment: 'enr_1',
          },
        ]);
      },
    ));

  it('Invoices, late facts: leaves out what was voided, and has the days of what was corrected', () =>
    expectProjection(
      accountDirectoryProjection,
      [
        registered('rid_1', '2018-01-05'),
        deregistered('rid_1', '2018-01-05', '2018-01-10'),
        registered('rid_1', '2018-01-20', 2),
        registered('rid_2', '2018-01-05'),
        message('rid_1', 'RegistrationCorrected', '2018-01-02T15:00:00.000Z', {
          spell: 1,
          registeredOn: '2018-01-03',
          lastDay: '2018-01-10',
          formerRegisteredOn: '2018-01-05',
          formerLastDay: '2018-01-10',
        }),
        message('rid_2', 'RegistrationVoided', '2018-01-04T15:00:00.000Z', {
          spell: 1,
          registeredOn: '2018-01-05',
        }),
      ],
      async (sql) => {
        const rows = await sql.query(
          `select account, status, facts->'spells' as spells from accounts order by account`,
        );
        const spells = [
          { spell: 1, from: '2018-01-03', to: '2018-01-10' },
          { spell: 2, from: '2018-01-20' },
        ];
        expect(rows).toEqual([
          { account: 'rid_1', status: 'registered', spells },
          { account: 'rid_2', status: 'deregistered', spells: [] },
        ]);
      },
    ));

  it('第6条: keeps the day on which each contract ends: the last that was told, none where the notice was voided', () =>
    expectProjection(
      accountDirectoryProjection,
      [
        ofContract('ctr_1', 'CancellationNotified', { cancellation: 'can_1', effectiveDay: '2018-01-31' }),
        ofContract('ctr_2', 'CancellationNotified', { cancellation: 'can_2', effectiveDay: '2018-02-28' }),
        registered('rid_1', '2018-01-05'),
        ofContract('ctr_1', 'CancellationCorrected', { cancellation: 'can_1', effectiveDay: '2018-02-01' }),
        ofContract('ctr_2', 'CancellationVoided', { cancellation: 'can_2' }),
        ofContract('ctr_3', 'CancellationNotified', { cancellation: 'can_3', effectiveDay: '2018-03-02' }),
        ofContract('ctr_3', 'ContractTerminated', { lastDay: '2018-03-02' }),
      ],
      async (sql) => {
        const ending = `select id, facts->>'lastDay' as "lastDay" from facts where facts->>'lastDay' is not null order by id`;
        expect(await sql.query(ending)).toEqual([
          { id: 'ctr_1', lastDay: '2018-02-01' },
          { id: 'ctr_3', lastDay: '2018-03-02' },
        ]);
      },
    ));
});
