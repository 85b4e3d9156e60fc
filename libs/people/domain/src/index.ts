export type { PersonCommand } from './person.commands.ts';
export { personDecider } from './person.decider.ts';
export type { PersonEvent } from './person.events.ts';
export type { PersonState } from './person.state.ts';
export { isOfContract, OFFICE_ROLES, type OfficeRole, type Standing } from './standing/standing.ts';
