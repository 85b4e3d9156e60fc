interface Revised {
  readonly revision: number;
}

/**
 * The facts after messages of their stream, in the order in which they were heard, some perhaps known before.
 * @returns `undefined` where one came ahead of others: the facts would miss what lies between, so they are to be asked for whole.
 */
export function factsAfter<Facts extends Revised, Message extends Revised>(
  before: Facts,
  heard: readonly Message[],
  fold: (facts: Facts, message: Message) => Facts,
): Facts | undefined {
  let facts = before;
  for (const message of heard) {
    if (message.revision > facts.revision + 1) return undefined;
    facts = fold(facts, message);
  }
  return facts;
}
