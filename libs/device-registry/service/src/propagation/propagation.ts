import { schema } from '@smartkey/http';

/** Whether authentication has heard of a stop already, or will by the bus. */
export type Propagation = 'done' | 'pending';

export const propagationSchema = schema.oneOf(
  ['done', 'pending'],
  'Of a stop: whether authentication knows. `pending`: it could not be reached, and hears of it by the bus.',
);
