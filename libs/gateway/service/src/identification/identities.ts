import { EventCodec, type PostgresEventStore, createEventStore } from '@smartkey/event-store';
import type { ProvedLog } from '@smartkey/transparency';
import { Challenges } from '../challenges/challenges.ts';
import { UserLinks } from '../end-users/user-links.ts';
import { UserSessions } from '../end-users/user-sessions.ts';
import type { GatewayParts } from '../gateway-parts.ts';
import { KeyStore } from '../keys/key-store.ts';
import { Links } from '../links/links.ts';
import { gatewayNeeds } from '../log/needed-rows.ts';
import { personEventForms } from '../log/stored-person-events.ts';
import { PeopleLog } from '../people/people-log.ts';
import { SessionStore } from '../sessions/session-store.ts';
import { PublicUrl } from '../settings/public-url.ts';
import { SignInAttempts } from '../sign-in/sign-in-attempts.ts';
import { Identifier } from './identifier.ts';

/** What the gateway knows of keys, sessions and people. */
export interface CallerIdentities {
  readonly keys: KeyStore;
  readonly sessions: SessionStore;
  readonly identifier: Identifier;
  readonly attempts: SignInAttempts;
  readonly links: Links;
  readonly userLinks: UserLinks;
  readonly userSessions: UserSessions;
  readonly challenges: Challenges;
  readonly publicUrl: PublicUrl;
  readonly store: PostgresEventStore;
  readonly proved: ProvedLog;
  readonly people: PeopleLog;
}

export async function openIdentities(parts: GatewayParts): Promise<CallerIdentities> {
  const { database, secretBox, subjectKeys, lookupKey, clock, systemNow } = parts;
  const keys = new KeyStore(database, secretBox, (error) =>
    parts.log.warn({ err: error }, 'the use of a key could not be written'),
  );
  const sessions = new SessionStore(database, systemNow);
  const userSessions = new UserSessions(database, systemNow);
  const store = await createEventStore(database, clock);
  const codec = new EventCodec(personEventForms, subjectKeys);
  return {
    keys,
    sessions,
    identifier: new Identifier(keys, sessions, userSessions, clock, parts.operatorKey),
    attempts: new SignInAttempts(database, lookupKey, systemNow),
    links: new Links(database, systemNow),
    userLinks: new UserLinks(database, systemNow),
    userSessions,
    challenges: new Challenges(database, lookupKey, systemNow),
    publicUrl: new PublicUrl(parts.settings.publicUrl),
    store,
    proved: await parts.openProvedLog({
      database,
      store,
      needs: gatewayNeeds,
      keeping: { subjectKeys, clock },
    }),
    people: new PeopleLog({ database, store, codec, subjectKeys, lookupKey, clock }),
  };
}
