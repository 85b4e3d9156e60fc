/** Whether authentication has heard of a stop already, or will by the bus. */
export type Propagation = 'done' | 'pending';
