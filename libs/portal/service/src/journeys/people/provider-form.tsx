import { Hidden } from '../../forms/form-flow.tsx';
import { useSurroundings } from '../../pages/surroundings.ts';

/** What a visit to an identity provider is for. */
export const PURPOSES = ['sign-in', 'step-up', 'bind'] as const;
export type Purpose = (typeof PURPOSES)[number];

export function ProviderForm({
  provider,
  purpose,
  next,
  label,
}: {
  readonly provider: string;
  readonly purpose: Purpose;
  readonly next: string;
  readonly label: string;
}) {
  const visit = useSurroundings();
  return (
    <form method="post" action="/portal/oidc/start">
      {visit.csrf !== undefined && <Hidden name="_csrf" value={visit.csrf} />}
      <Hidden name="provider" value={provider} />
      <Hidden name="purpose" value={purpose} />
      <Hidden name="next" value={next} />
      <div class="actions">
        <button type="submit" class="secondary">
          {label}
        </button>
      </div>
    </form>
  );
}
