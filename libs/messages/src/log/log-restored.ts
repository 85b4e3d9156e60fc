import type { KeyId, PersonId } from '@smartkey/kernel';

/**
 * The log of a service lost its end, two people gave that up, and the log goes on in another incarnation. It lies on every partition of the service's
 * topic, before the first record of that incarnation. Why it was given up is not published.
 */
export interface LogRestored {
  /** `ce_incarnation` of what comes from here on; above every one that was known. */
  readonly incarnation: number;
  /** A random UUID of it. */
  readonly incarnationId: string;
  /** Where the log ended then: a record of an earlier incarnation at a later position is lost, and counts no more. */
  readonly keptPosition: string;
  /** The furthest event that was known then; null where there was none. */
  readonly oldHead: {
    readonly position: string;
    readonly id: string;
    /** Hex SHA-256, as `ce_hash`. */
    readonly hash: string;
  } | null;
  /** Who proposed to give it up, and who confirmed that: the id of a key or a person; null where it was said by name, which is not published. */
  readonly by: { readonly proposed: KeyId | PersonId | null; readonly confirmed: KeyId | PersonId | null };
}

/** Of its published form. */
export const LOG_RESTORED_VERSION = 1;
