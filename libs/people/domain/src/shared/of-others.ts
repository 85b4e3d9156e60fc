/** What a command must know of the other people of the same side, which no stream tells. */
export interface OfOthers {
  /** How many others are active there and manage: operators, or administrators of the contract. */
  readonly otherManagers: number;
}
