import type { Right, ContractId } from '@smartkey/kernel';

export const OFFICE_ROLES = ['operator', 'finance', 'auditor'] as const;
/** What a person on the operator's side is there; one may be several. */
export type OfficeRole = (typeof OFFICE_ROLES)[number];

/** On the operator's side, with roles that add up. */
export interface OfficeStanding {
  readonly roles: readonly OfficeRole[];
}

/** In one contract, with rights there. */
export interface ContractStanding {
  /** `ctr_…` */
  readonly contract: ContractId;
  readonly rights: readonly Right[];
}

/** Where a person belongs: to the operator or to one contract, for good; and what that person may do there. */
export type Standing = OfficeStanding | ContractStanding;

export const isOfContract = (standing: Standing): standing is ContractStanding => 'contract' in standing;

/** Whether a standing is that of those who manage the others, of whom one must stay. */
export const manages = (standing: Standing): boolean =>
  isOfContract(standing) ? standing.rights.includes('administer') : standing.roles.includes('operator');

/** A list in the order of all there are, each once: the same set is written in one way. */
export const inOrder = <T>(all: readonly T[], some: readonly T[]): readonly T[] =>
  all.filter((each) => some.includes(each));

/** The same two lists, whatever their order. */
export const sameSet = <T>(a: readonly T[], b: readonly T[]): boolean =>
  a.length === b.length && a.every((each) => b.includes(each));
