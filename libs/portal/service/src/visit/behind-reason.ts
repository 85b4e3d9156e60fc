/** The pages of a contract's users: IDs with their devices and links, imports, sign-ins. */
const OF_USERS = /^\/portal\/contracts\/[^/]+\/(?:ids|imports|authentications)(?:[/.]|$)/;

/** Whether the surface opens what a page shows or does for a reason alone, where somebody of the operator's side asks. */
export const liesBehindReason = (path: string): boolean => OF_USERS.test(path);
