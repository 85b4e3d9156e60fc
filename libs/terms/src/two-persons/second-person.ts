import { forbidden, type Refused, type Signatory } from '@smartkey/kernel';

const rule = 'Two persons';

/** As people read it: Unicode forms, case and spaces make no other name. */
const nameOf = ({ name }: Signatory): string | undefined => {
  const read = name?.normalize('NFKC').toLowerCase().replace(/\s+/gu, '');
  return read === '' ? undefined : read;
};

/**
 * Whether somebody may decide what another has proposed (Two persons). Two persons are never one key, two keys of one person, or
 * a key and one that descends from it: a key counts as the person who made it, or whose key made it, back to the root. While there are no
 * people, keys count by their name; whatever is nobody's is no second person.
 */
export function mustBeAnotherPerson(asked: Signatory, decides: Signatory): Refused {
  if (asked.key === decides.key) return same('This was asked for with the same key.');
  if (asked.makers.includes(decides.key) || decides.makers.includes(asked.key))
    return same('The key that asked for this and this key descend one from the other.');
  if (asked.person !== undefined && decides.person !== undefined)
    return asked.person === decides.person ? same('The same person asked for this.') : undefined;
  if (asked.person !== undefined || decides.person !== undefined)
    return forbidden(
      'person-unknown',
      `The key that ${asked.person === undefined ? 'asked for this' : 'decides'} is no person's: it cannot be told whether there are two persons.`,
      { rule },
    );
  const [one, other] = [nameOf(asked), nameOf(decides)];
  if (one === undefined || other === undefined)
    return forbidden(
      'person-unknown',
      `The key that ${one === undefined ? 'asked for this' : 'decides'} has no name: it cannot be told whether there are two persons.`,
      { rule },
    );
  return one === other ? same('The key that asked for this bears the same name as this key.') : undefined;
}

const same = (why: string) =>
  forbidden('same-person', `${why} Another person than the one who asked decides.`, { rule });
