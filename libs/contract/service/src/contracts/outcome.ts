import type { Propagation } from '@smartkey/messages';
import type { AcceptedContract, ContractEvent, ExistingContract } from '@smartkey/contract-domain';
import type { AffectedMonth } from '@smartkey/facts';
import { written, type Written } from '@smartkey/http';
import type { Affecting } from '../late-facts/affected-months.ts';
import type { HandledContract } from '../log/contract-handler.ts';

/** What became of a command, which issued months its facts lie in, and whether a stop among its events is known where it acts. */
export type Outcome = HandledContract & {
  readonly state: ExistingContract;
  readonly affects: readonly AffectedMonth[];
  readonly propagation?: Propagation;
};

/** What the answer of a write says beside its subject, where there is something to say. */
export interface WriteNotes extends Affecting {
  /** Of a stop: whether authentication knows already. */
  readonly propagation?: Propagation;
}

/** The answer of a write: its body, the stream's revision and position, what it touches, and how a stop got through. */
export const answerOf = <Body extends object, Status extends number = number>(
  { revision, position, propagation, affects }: Outcome,
  body: Body,
  status?: Status,
): Written<Body & WriteNotes, Status> =>
  written(
    {
      ...body,
      ...(propagation !== undefined && { propagation }),
      ...(affects.length > 0 && { affects }),
    },
    { revision, position, source: 'contract' },
    status,
  );

/** The event of a type that a command always makes: its answer tells of it, also when the command comes again. */
export function eventOf<Type extends ContractEvent['type']>(
  { id, events }: Outcome,
  type: Type,
): Extract<ContractEvent, { type: Type }> {
  const made = events.find((event): event is Extract<typeof event, { type: Type }> => event.type === type);
  if (made === undefined) throw new Error(`a command to ${id} made no ${type}`);
  return made;
}

/** The contract after a command that only an accepted one takes. */
export function acceptedAfter({ id, state }: Outcome): AcceptedContract {
  if (state.stage !== 'accepted') throw new Error(`${id} took what only an accepted contract takes`);
  return state;
}

/** The one among the parts of a contract that a command was about, so that it is there. */
export function theOne<Part>(parts: readonly Part[], isMeant: (part: Part) => boolean): Part {
  const part = parts.find(isMeant);
  if (part === undefined) throw new Error('what a command was about is not there after it');
  return part;
}
