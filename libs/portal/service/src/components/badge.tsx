import { useSurroundings } from '../pages/surroundings.ts';
import type { Told, Words } from '../visit/language.ts';

export type Tone = 'good' | 'busy' | 'warn' | 'bad' | 'quiet';

/** A state, by its word; the colour only helps. */
export const Badge = ({ tone, text }: { readonly tone: Tone; readonly text: string }) => (
  <span class={`badge badge-${tone}`}>{text}</span>
);

/** How a state is shown, and what people call it. */
export type State = readonly [Tone, ...Words];
/** All that something can be in. */
export type States<Name extends string> = Readonly<Record<Name, State>>;

export const stateText = ([, ja, en]: State, t: Told): string => t(ja, en);

export const StateBadge = ({ of: state }: { readonly of: State }) => (
  <Badge tone={state[0]} text={stateText(state, useSurroundings().t)} />
);
