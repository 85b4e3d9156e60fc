import { conflict, type Refused } from '@smartkey/kernel';
import type { KnownAccount } from '../account.state.ts';

/** Nothing more is sealed for a person whose data were erased. */
export const mustNotBeErased = ({ erasure }: Pick<KnownAccount, 'erasure'>): Refused =>
  erasure?.erasedAt === undefined
    ? undefined
    : conflict('personal-data-erased', 'The personal data of the ID were erased.');
