import { orNothing, type Schemas } from '../../api/portal-api.ts';
import { called } from '../../visit/language.ts';
import { hasRole, mayIn } from '../../visit/me.ts';
import type { Signed } from '../../visit/visit.ts';

type Actor = Pick<Schemas['HistoryEntry']['actor'], 'role' | 'key' | 'person'>;

const roleText = called<Actor['role']>({
  operator: ['運用', 'operator'],
  contractor: ['契約者', 'contractor'],
  'service-provider': ['サービスプロバイダー', 'service provider'],
  finance: ['経理', 'finance'],
  auditor: ['監査', 'auditor'],
  'end-user': ['利用者', 'user'],
  newcomer: ['最初のログイン', 'first sign-in'],
  system: ['システム', 'system'],
});

/** The first operator key: it is in no list of keys. */
const FIRST_KEY = 'bootstrap';
/** So many keys are looked through for a name. */
const KEYS_AT_ONCE = 200;

/** What actors are called, by the id of the person or the key. */
export class ActorNames {
  constructor(
    private readonly visit: Signed,
    private readonly names: ReadonlyMap<string, string>,
  ) {}

  /** Who did it, with the role in which it was done: 「鈴木（運用）」. Whose name is not for the reader to see is told by role alone. */
  of({ role, key, person }: Actor): string {
    const { t } = this.visit;
    const as = roleText(role, t);
    if (role === 'system') return as;
    const name = this.names.get(person?.id ?? key);
    if (name !== undefined) return t(`${name}（${as}）`, `${name} (${as})`);
    if (person !== undefined) return t(`${as}の担当者`, `somebody, ${as}`);
    return role === 'end-user' ? as : t(`アクセスキー（${as}）`, `access key (${as})`);
  }

  /** The same where only the id is told. */
  byId(id: string): string {
    const { t } = this.visit;
    return (
      this.nameOf(id) ?? (id.startsWith('per_') ? t('担当者', 'Somebody') : t('アクセスキー', 'Access key'))
    );
  }

  /** Nothing where it has none or the reader may not see it. */
  nameOf(id: string): string | undefined {
    return this.names.get(id);
  }
}

/**
 * Looks up what the reader may see of who acted: people of the operator's side are shown to operators, those of a contract to its
 * administrators too.
 * @param ids of people and keys.
 */
export async function actorNames(
  visit: Signed,
  ids: readonly string[],
  contract?: string,
): Promise<ActorNames> {
  const { api, me, t } = visit;
  const asked = [...new Set(ids)];
  const names = new Map<string, string>([[me.id, me.name]]);
  names.set(FIRST_KEY, t('運用キー', 'Operator key'));
  const operator = hasRole(me, 'operator');
  const administers = contract !== undefined && mayIn(me, 'administer');
  const nameOf = async (pid: string): Promise<string | undefined> => {
    const ofContract =
      administers &&
      (await orNothing(
        api.GET('/v1/contracts/{id}/people/{pid}', { params: { path: { id: contract, pid } } }),
      ));
    if (ofContract) return ofContract.name;
    if (!operator) return undefined;
    return (await orNothing(api.GET('/v1/people/{pid}', { params: { path: { pid } } })))?.name;
  };
  const people = asked.filter((id) => id.startsWith('per_') && !names.has(id));
  const query = { limit: KEYS_AT_ONCE };
  const [found, ofContract, ofOffice] = await Promise.all([
    Promise.all(people.map(nameOf)),
    administers && hasKeys(asked)
      ? orNothing(api.GET('/v1/contracts/{id}/keys', { params: { path: { id: contract }, query } }))
      : undefined,
    operator && hasKeys(asked) ? orNothing(api.GET('/v1/keys', { params: { query } })) : undefined,
  ]);
  for (const [index, id] of people.entries()) if (found[index] !== undefined) names.set(id, found[index]);
  for (const { id, name } of [...(ofContract?.items ?? []), ...(ofOffice?.items ?? [])])
    if (name !== null) names.set(id, name);
  return new ActorNames(visit, names);
}

const hasKeys = (ids: readonly string[]): boolean => ids.some((id) => id.startsWith('key_'));
