/** System time, in milliseconds. */
export interface EventStoreDbTimes {
  /** Of one append, and of a read that asks for one event. */
  readonly deadline: number;
  /** Of a read of many events. */
  readonly reading: number;
  /** What the server may still do with an append whose deadline has passed. */
  readonly settling: number;
  /** So long is tried again what was certainly not done, before it is refused as unavailable. */
  readonly patience: number;
  /**
   * So long is waited for somebody else's attempt with the same ids, before ours is sent: the server lets a repeat of what is
   * still under way fail, after as long.
   */
  readonly sameIds: number;
  /** Of an instance. Longer than the deadline and the settling together, by far. */
  readonly lease: number;
  /** How often an instance looks for the fence where nobody tells of it, and after its lease. */
  readonly poll: number;
}

export const EVENTSTOREDB_TIMES: EventStoreDbTimes = {
  deadline: 3_000,
  reading: 20_000,
  settling: 2_000,
  patience: 10_000,
  sameIds: 3_000,
  lease: 20_000,
  poll: 2_000,
};
