import type { Fact } from '@smartkey/kernel';
import type { AccountEvent } from '../account.events.ts';
import type { LastingSpell, PastSpell } from '../registration/registration.state.ts';
import type { CorrectionEvent, RegistrationCorrected } from './correction.events.ts';

/** The spells that are over, one of them perhaps taken back or with other days. */
export function correctedPast(spells: readonly PastSpell[], event: Fact<AccountEvent>): readonly PastSpell[] {
  switch (event.type) {
    case 'RegistrationVoided':
    case 'RegistrationCorrected':
      return spells.map((spell) => (spell.spell === event.data.spell ? correctedSpell(spell, event) : spell));
    default:
      return spells;
  }
}

function correctedSpell(spell: PastSpell, event: Fact<CorrectionEvent>): PastSpell {
  if (spell.voided) return spell;
  if (event.type === 'RegistrationVoided') return { ...spell, voided: true };
  const { registeredOn, lastDay = spell.lastDay } = event.data;
  return { ...spell, registeredOn, lastDay };
}

/** The spell that lasts, perhaps begun earlier. */
export const correctedLasting = (spell: LastingSpell, { data }: Fact<RegistrationCorrected>): LastingSpell =>
  data.spell === spell.spell ? { ...spell, registeredOn: data.registeredOn } : spell;
