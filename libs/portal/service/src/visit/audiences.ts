import type { Access } from './access.decorator.ts';
import { hasRole, isOffice, mayOpen, type OfficeRole, type Right } from './me.ts';

/** Everybody who is signed in. */
export const anybody: Access = () => true;

export const office: Access = (me) => isOffice(me);

export const only =
  (...roles: readonly OfficeRole[]): Access =>
  (me) =>
    hasRole(me, ...roles);

/** Who has a right in the contract of the address; of the office, those who are named. */
export const inContract =
  (right: Right, ...roles: readonly OfficeRole[]): Access =>
  (me, contract) =>
    mayOpen(me, contract, right, ...roles);
