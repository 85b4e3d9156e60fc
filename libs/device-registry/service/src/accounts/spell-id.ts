import { millisOfId, newId } from '@smartkey/identity';
import { instantOf, type AccountId, type SpellId } from '@smartkey/kernel';

/**
 * The id that a spell is named by: it follows from account and number, so that spells of events from before there were such ids
 * have one too. Of one account's spells later ones sort later: the number stands where other ids have their time.
 */
export const spellIdOf = (account: AccountId, spell: number): SpellId =>
  newId('spl', instantOf(spell), `${account}/${spell}`);

/** The number of the spell that an id names; `undefined` where it is none of this account's. */
export function spellOf(account: AccountId, id: string): number | undefined {
  const spell = millisOfId('spl', id);
  return spell !== undefined && spellIdOf(account, spell) === id ? spell : undefined;
}
