import type { Decision as KernelDecision } from '@smartkey/kernel';
import type { PersonEvent } from './person.events.ts';

export type Decision = KernelDecision<PersonEvent>;
