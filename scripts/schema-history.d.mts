/** What is no longer as it was published; `unseen`: why (some of) the past could not be looked at. */
export function schemaHistory(root: string, folder: string): { problems: string[]; unseen?: string };
