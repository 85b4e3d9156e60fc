import type { Fact, PasskeyId } from '@smartkey/kernel';
import type { PersonEvent } from '../person.events.ts';

/** With what a person signs in. */
export interface Credentials {
  /** Ids, in the order in which they were added. */
  readonly passkeys: readonly PasskeyId[];
  /** Issuers at which an account is bound. */
  readonly providers: readonly string[];
  readonly hasRecoveryCode: boolean;
}

export const noCredentials: Credentials = { passkeys: [], providers: [], hasRecoveryCode: false };

const without = <Item extends string>(list: readonly Item[], gone: Item): readonly Item[] =>
  list.filter((each) => each !== gone);
const withNew = <Item extends string>(list: readonly Item[], added: Item): readonly Item[] => [
  ...without(list, added),
  added,
];

export function evolveCredentials(part: Credentials, event: Fact<PersonEvent>): Credentials {
  switch (event.type) {
    case 'PasskeyAdded':
      return { ...part, passkeys: withNew(part.passkeys, event.data.passkey) };
    case 'PasskeyRemoved':
      return { ...part, passkeys: without(part.passkeys, event.data.passkey) };
    case 'ProviderBound':
      return { ...part, providers: withNew(part.providers, event.data.issuer) };
    case 'ProviderUnbound':
      return { ...part, providers: without(part.providers, event.data.issuer) };
    case 'RecoveryCodeIssued':
      return { ...part, hasRecoveryCode: true };
    case 'Recovered':
      return noCredentials;
    default:
      return part;
  }
}
