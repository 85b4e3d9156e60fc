/** What a person may do with the contract that they belong to. */
export type Right = 'administer' | 'ids' | 'billing' | 'read';
export type OfficeRole = 'operator' | 'finance' | 'auditor';

/** Who is signed in. */
export interface Me {
  /** `per_…` */
  readonly id: string;
  readonly name: string;
  /** `ses_…`, by which the session is listed and ended; not its secret. */
  readonly session: string;
  /** Has shown within the last five minutes who it is: acts of weight may be done now. */
  readonly verified: boolean;
  /** The operator's side has roles, which add up. */
  readonly roles: readonly OfficeRole[];
  /** The contractor's side has one contract and rights in it. */
  readonly contract?: string;
  readonly rights: readonly Right[];
}

export const isOffice = (me: Me): boolean => me.roles.length > 0;

export const hasRole = (me: Me, ...roles: readonly OfficeRole[]): boolean =>
  roles.some((role) => me.roles.includes(role));

/** Whether somebody's rights in their contract hold one: each of them holds *read*, as the surface has it. */
const holds = ({ rights }: Me, right: Right): boolean =>
  rights.includes(right) || (right === 'read' && rights.length > 0);

/** Whether somebody has a right in a contract or, of the office, one of the roles that are named. */
export const mayOpen = (
  me: Me,
  contract: string | undefined,
  right: Right,
  ...roles: readonly OfficeRole[]
): boolean =>
  hasRole(me, ...roles) || (me.contract !== undefined && me.contract === contract && holds(me, right));

/** Whether somebody may act so in a contract: the operator may all of it. */
export const mayIn = (me: Me, right: Right): boolean => hasRole(me, 'operator') || holds(me, right);
