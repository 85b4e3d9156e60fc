/** What the address of a screen names, by the names of its route. */
export type Named<Name extends string> = { readonly [Each in Name]: string };
