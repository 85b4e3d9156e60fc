import { type IdPrefix, type Instant, plusMillis } from '@smartkey/kernel';
import { addDays, type JstDay } from '@smartkey/calendar';
import type { Spoken } from './generated-feed.ts';

/** How large the world of this bench is. */
export interface LedgerScale {
  readonly contracts: number;
  readonly accounts: number;
  readonly successes: number;
}

/** The month that the facts are of, and the instant at which it has just ended in Tokyo. */
export const MONTH = '2024-01';
/** 2024-01-01 12:00 in Japan. */
const NOON = '2024-01-01T03:00:00.000Z';
const noonOf = (day: JstDay): Instant => `${day}T03:00:00.000Z`;
/** A day of the month of the facts, and the instant long after its invoices at which it is entered. */
const MISSED: JstDay = '2024-01-15';
const FOUND = '2024-03-10T00:00:00.000Z';
const DAY_MILLIS = 86_400_000;
export const NOW = '2024-02-01T00:00:00.000Z';
/** The month after it, and the instants at which that and the next have ended. */
export const [NEXT_MONTH, NEXT_END] = ['2024-02', '2024-03-01T00:00:00.000Z'] as const;
export const [LATE_MONTH, LATE_END] = ['2024-03', '2024-04-01T00:00:00.000Z'] as const;
/** Two months more: in the first a close finds nothing left of the late facts, in the second none looks for it. */
export const [LOOKED_MONTH, LOOKED_END] = ['2024-04', '2024-05-01T00:00:00.000Z'] as const;
export const [ANSWERED_MONTH, ANSWERED_END] = ['2024-05', '2024-06-01T00:00:00.000Z'] as const;
export const id = <Prefix extends IdPrefix>(prefix: Prefix, n: number) =>
  `${prefix}_${String(n).padStart(26, '0')}` as const;

/** Of ten accounts, nine are there all month, one begins in it. */
export const registeredOn = (n: number): JstDay =>
  n % 10 === 0 ? addDays('2024-01-01', n % 28) : '2023-12-20';

/** Four facts for each contract. */
export const contractSays = (n: number): Spoken => {
  const index = Math.floor(n / 4);
  const contract = id('ctr', index);
  const recipient = { name: `会社${index}` };
  const quote = {
    id: id('quo', index),
    plan: 'enterprise',
    effectiveMonth: MONTH,
    baseFee: '10000',
    baseFeeInPartialMonth: 'full',
    accountFee: '300',
  };
  const said = [
    { type: 'ContractApplied', data: { plan: 'enterprise', recipient } },
    { type: 'PriceQuoted', data: { quote } },
    {
      type: 'ContractAccepted',
      data: { plan: 'enterprise', acceptedOn: '2023-12-20', termsVersion: '2018-01-01', recipient },
    },
    { type: 'BillingStartSet', data: { date: '2024-01-01' } },
  ][n % 4]!;
  return {
    ...said,
    contract,
    stream: `contract-${contract}`,
    revision: n % 4,
    occurredAt: '2023-12-20T00:00:00.000Z',
  };
};

/** One registration for each account; behind these one more for each contract, found late in the month that is issued. */
export const registrySays =
  ({ contracts, accounts }: LedgerScale) =>
  (n: number): Spoken => {
    const account = id('rid', n);
    const day = registeredOn(n);
    return {
      type: 'IdRegistered',
      contract: id('ctr', n % contracts),
      stream: `account-${account}`,
      revision: 0,
      ...(n < accounts
        ? {
            occurredAt: noonOf(day),
            data: { account, spell: 1, registeredOn: day },
          }
        : {
            occurredAt: FOUND,
            data: { account, spell: 1, registeredOn: MISSED },
          }),
    };
  };

/** Successes of all accounts in turn. */
export const authenticationSays =
  ({ contracts, accounts }: LedgerScale) =>
  (n: number): Spoken => {
    const number = (n * 7_919) % accounts;
    const account = id('rid', number);
    return {
      type: 'AuthSucceeded',
      contract: id('ctr', number % contracts),
      stream: `authentication-${account}`,
      revision: Math.floor(n / accounts),
      occurredAt: plusMillis(NOON, (Math.floor(n / 50_000) % 28) * DAY_MILLIS),
      data: { account, device: 'dev_0', authentication: 'aut_0' },
    };
  };
