// What the other services know of a contract and of an account: folds over the published messages, which their readers share.
export * from './account-facts.ts';
export * from './contract-causes.ts';
export * from './contract-facts.ts';
