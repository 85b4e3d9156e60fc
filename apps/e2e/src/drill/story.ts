import type { Report } from './report.ts';
import type { Shape } from './shape.ts';
import type { Whole } from './stage/whole.ts';

/** A situation of docs/operations.md: what happens, what the system says, what a person does, and that all agrees afterwards. */
export interface Story {
  readonly name: string;
  readonly situation: string;
  readonly shape: Shape;
  /** Leaves a system in which no other story can be told: it gets one of its own. */
  readonly alone?: true;
  /** @throws where the system does not do what it must. */
  tell(whole: Whole, report: Report): Promise<void>;
}
