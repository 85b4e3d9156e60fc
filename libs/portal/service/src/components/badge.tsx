export type Tone = 'good' | 'busy' | 'warn' | 'bad' | 'quiet';

/** A state, by its word; the colour only helps. */
export const Badge = ({ tone, text }: { readonly tone: Tone; readonly text: string }) => (
  <span class={`badge badge-${tone}`}>{text}</span>
);
