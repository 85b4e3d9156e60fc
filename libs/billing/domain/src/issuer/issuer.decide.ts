import type { ServiceMonth } from '@smartkey/calendar';
import { defined, event, invalid, ok, type Decision, type Refused } from '@smartkey/kernel';
import { FIRST_MONTH_OF_TERMS } from '@smartkey/terms';
import type { Issuer } from '../invoice/issuer.ts';
import { isRegistrationNumber } from '../invoice/registration-number.ts';
import { heldIn, maySay, newVersion, type DocumentOfMonth } from '../settings/dated-entries.ts';
import type { IssuerData } from './issuer-catalogue.ts';
import type { IssuerSet } from './issuer.events.ts';
import { sameIssuer, type Issuers } from './issuer.state.ts';

/** The issuer of the environment enters the log, once, for all months. */
export interface EnterIssuer {
  readonly type: 'EnterIssuer';
  readonly issuer: Issuer;
}

/** What the issuer says of itself from a month on; what is not named is not said. */
export interface SetIssuer {
  readonly type: 'SetIssuer';
  readonly from: ServiceMonth;
  readonly issuer: IssuerData;
  readonly reason: string;
  /** The first document of that month or of a later one. */
  readonly first?: DocumentOfMonth | undefined;
}

export type IssuerCommand = EnterIssuer | SetIssuer;

export function enterIssuer({ issuer }: EnterIssuer, state: Issuers): Decision<IssuerSet> {
  if (state.told.length > 0) return ok([]);
  return ok([
    event('IssuerSet', {
      version: newVersion(state, FIRST_MONTH_OF_TERMS),
      from: FIRST_MONTH_OF_TERMS,
      ...issuer,
    }),
  ]);
}

export function setIssuer({ from, issuer, reason, first }: SetIssuer, state: Issuers): Decision<IssuerSet> {
  const refused = mustBeSound(issuer);
  if (refused !== undefined) return refused;
  const standing = heldIn(state, from)?.entry;
  if (standing?.from === from && sameIssuer(standing, issuer)) return ok([]);
  const used = maySay(state, from, first, '/from');
  const said = defined({ version: newVersion(state, from), from, ...issuer, reason });
  return used ?? ok([event('IssuerSet', said)]);
}

/** Days of a month at most, February with its leap day. */
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function mustBeSound({ registrationNumber, taxPeriodEnd }: IssuerData): Refused {
  if (registrationNumber !== null && !isRegistrationNumber(registrationNumber))
    return invalid('registration-number', 'It must be T and 13 digits with a right check digit.', {
      rule: '適格請求書発行事業者の登録番号',
      pointer: '/registrationNumber',
    });
  const [month, day] = (taxPeriodEnd ?? '12-31').split('-').map(Number);
  if (!(Number(day) >= 1 && Number(day) <= (DAYS[Number(month) - 1] ?? 0)))
    return invalid('tax-period-end', 'It must be a day of the year, MM-DD.', { pointer: '/taxPeriodEnd' });
  return undefined;
}
