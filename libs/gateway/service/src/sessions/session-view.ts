import type { Instant, PersonId, SessionId } from '@smartkey/kernel';
import type { MadeSession, SessionRow, SignInMethod } from './session-store.ts';
import { IDLE_MILLIS } from './session-store.ts';

/** A session as lists show it. */
export interface SessionView {
  /** @prefix ses */
  readonly id: SessionId;
  /** How it was signed in. */
  readonly method: SignInMethod;
  readonly createdAt: Instant;
  /** To within a minute. */
  readonly lastSeenAt: Instant;
  /** At the latest. */
  readonly expiresAt: Instant;
  /** By what it was used last, as that names itself: browser and operating system. Null for a program, and for one not used yet. */
  readonly agent: string | null;
  /** It is the one that asks. */
  readonly current: boolean;
}

export const viewOfSession = (
  { id, method, createdAt, seenAt, expiresAt, agent }: SessionRow,
  asks: string,
): SessionView => ({
  id,
  method,
  createdAt,
  lastSeenAt: seenAt,
  expiresAt,
  agent,
  current: id === asks,
});

/** A session that began or goes on under a new secret. */
export interface SignedIn {
  /** @prefix ses */
  readonly id: SessionId;
  /** The bearer itself, in this answer only: `Authorization: Bearer ses_…`. */
  readonly token: string;
  /** At the latest. */
  readonly expiresAt: Instant;
  /** It ends when it was not used for so long. */
  readonly idleSeconds: number;
  /** Whose it is; null for who signed in with an access key and has yet to say who that is (`POST /v1/me`). */
  readonly person: PersonId | null;
}

export const signedIn = ({ id, token, expiresAt }: MadeSession, person: PersonId | null): SignedIn => ({
  id,
  token,
  expiresAt,
  idleSeconds: IDLE_MILLIS / 1000,
  person,
});
