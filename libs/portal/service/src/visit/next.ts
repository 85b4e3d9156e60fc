/** Where to go after the sign-in: one of our own pages, whatever the address says. */
export function nextOf(asked: string | null | undefined): string {
  if (asked === null || asked === undefined) return '/portal';
  return /^\/portal(\/[\w\-./%~]*)?(\?[\w\-./%~=&+:,]*)?$/.test(asked) && !asked.includes('//')
    ? asked
    : '/portal';
}
