/** A link to where something is done, as a button; the main one of its page or beside it. */
export const ActionLink = ({
  href,
  label,
  main = false,
}: {
  readonly href: string;
  readonly label: string;
  readonly main?: boolean;
}) => (
  <a class={main ? 'button' : 'button secondary'} href={href}>
    {label}
  </a>
);
