import type { JstDay } from '@smartkey/calendar';
import { defined, event, invalid, ok, type Refused } from '@smartkey/kernel';
import { occurrenceOn } from '@smartkey/terms';
import type { Decision } from '../contract.decision.ts';
import type { ContractState } from '../contract.state.ts';
import { pastDay } from '../shared/dates.ts';
import { mustNotBeRefused, mustNotHaveEnded } from '../shared/guards.ts';
import type { Moment } from '../shared/moment.ts';
import { SOFTWARE, type ConditionNumber } from './condition-number.ts';

/** Someone attests on a date that a condition is met, or that it is not met any more (第5条). */
export interface AttestCondition extends Moment {
  readonly type: 'AttestCondition';
  readonly condition: ConditionNumber;
  readonly met: boolean;
  readonly on: JstDay;
  readonly attestedBy: string;
  /** Condition 3, where met: the version of the software licence that was accepted (第5条2項). */
  readonly licenceVersion?: string | undefined;
}

export function attestCondition(command: AttestCondition, state: ContractState): Decision {
  const { condition, met, on, attestedBy, licenceVersion, now } = command;
  const contract = mustNotBeRefused(state);
  if (!contract.ok) return contract;
  const refused =
    mustNotHaveEnded(contract.value, now) ?? pastDay(on, now, '/on', '第5条') ?? mustCarryTheLicence(command);
  if (refused) return refused;

  const known = contract.value.conditions[condition];
  const occurredAt = occurrenceOn(on, now);
  if (met) {
    const same =
      known.met &&
      known.on === on &&
      known.attestedBy === attestedBy &&
      known.licenceVersion === licenceVersion;
    if (same) return ok([]);
    return ok([
      event('ConditionAttested', defined({ condition, on, attestedBy, licenceVersion }), occurredAt),
    ]);
  }
  if (!known.met) return ok([]);
  if (on < known.on)
    return invalid('withdrawn-before-attested', `the condition was attested on ${known.on}, after ${on}`, {
      rule: '第5条',
      pointer: '/on',
    });
  return ok([event('ConditionWithdrawn', { condition, on, attestedBy }, occurredAt)]);
}

/** 第5条2項: the licence goes with the software, in a named version. */
function mustCarryTheLicence({ condition, met, licenceVersion }: AttestCondition): Refused {
  const words = { rule: '第5条2項', pointer: '/licenceVersion' };
  if (condition === SOFTWARE && met && licenceVersion === undefined)
    return invalid(
      'licence-version-missing',
      'the version of the software licence that was accepted is missing',
      words,
    );
  if (condition !== SOFTWARE && licenceVersion !== undefined)
    return invalid('licence-version-misplaced', 'the software licence belongs to condition 3', words);
  return undefined;
}
