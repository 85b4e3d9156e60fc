// What the other services know of a contract, of an account and of issued months: read from the published messages, in the way that their readers share.
export * from './account-facts.ts';
export * from './contract-causes.ts';
export * from './contract-facts.ts';
export * from './contract-of.ts';
export * from './facts-after.ts';
export * from './issued-months.ts';
