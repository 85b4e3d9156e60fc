import type { EventForms } from '@smartkey/event-store';
import type { RecordedEvent } from '@smartkey/kernel';
import type { PersonEvent } from '@smartkey/people-domain';

const CATEGORY = 'person';

export const streamOfPerson = (id: string): string => `${CATEGORY}-${id}`;

/** Personal data of a person are sealed under that person's key. */
const personal = (...fields: readonly string[]) => ({
  personal: { fields, subject: (stream: string) => stream.slice(CATEGORY.length + 1) },
});

export const personEventForms: EventForms<PersonEvent> = {
  PersonInvited: personal('name', 'email'),
  PersonEstablished: personal('name', 'email'),
  InvitationIssued: {},
  InvitationAccepted: {},
  RolesChanged: {},
  RightsChanged: {},
  DetailsChanged: personal('name', 'email'),
  AddressConfirmed: personal('email'),
  PersonSuspended: personal('reason'),
  PersonResumed: personal('reason'),
  PersonLeft: personal('reason'),
  PasskeyAdded: personal('name'),
  PasskeyRemoved: {},
  ProviderBound: personal('subject'),
  ProviderUnbound: {},
  RecoveryCodeIssued: {},
  RecoveryBegun: personal('reason'),
  Recovered: {},
  ContractOpened: personal('reason'),
};

/**
 * An event of a person's stream without what names that person or repeats anybody's words. Of a type that this program does not
 * know nothing is shown.
 */
export function shownPersonData({ type, data }: Pick<RecordedEvent, 'type' | 'data'>): object {
  if (!Object.hasOwn(personEventForms, type)) return {};
  const hidden = personEventForms[type as PersonEvent['type']].personal?.fields ?? [];
  return Object.fromEntries(Object.entries(data).filter(([field]) => !hidden.includes(field)));
}
