/** Somebody has not taken in or published all that a log holds: nothing was changed. */
export class NotDrainedError extends Error {
  override readonly name = 'NotDrainedError';
}

/** A topic that has served until now lacks an event that its relay counts as published: nothing was changed. */
export class TopicHoleError extends Error {
  override readonly name = 'TopicHoleError';
}
