import { orThrow, type CommandContext } from '@smartkey/http';
import { actorId, conflict, type Clock, type Instant } from '@smartkey/kernel';
import type { RestrictionChange, RestrictionStore } from './restriction-store.ts';

export interface ServiceStatus {
  readonly status: 'ok' | 'restricted';
  readonly restrictions: readonly RestrictionChange[];
  readonly asOf: Instant;
}

/** Restrictions of function caused by others (第9条), declared and lifted by the operator. */
export class Restrictions {
  constructor(
    private readonly store: RestrictionStore,
    private readonly clock: Clock,
  ) {}

  async status(): Promise<ServiceStatus> {
    const restrictions = (await this.store.current()).filter(({ active }) => active);
    return { status: restrictions.length > 0 ? 'restricted' : 'ok', restrictions, asOf: this.clock.now() };
  }

  history(name: string): Promise<readonly RestrictionChange[]> {
    return this.store.history(name);
  }

  /** Declares or lifts; what holds already stays, with no new row. @throws ProblemException 409 for a stale If-Match. */
  async set(
    name: string,
    wanted: { readonly active: boolean; readonly detail?: string },
    command: CommandContext,
  ): Promise<RestrictionChange> {
    const detail = wanted.detail ?? null;
    for (;;) {
      const last = await this.store.find(name);
      const revision = last?.revision ?? -1;
      if (command.ifMatch !== undefined && command.ifMatch !== revision)
        orThrow(conflict('revision-mismatch', 'It was changed since it was read.'));
      if (last !== undefined && last.active === wanted.active && last.detail === detail) return last;
      const change: RestrictionChange = {
        name,
        revision: revision + 1,
        active: wanted.active,
        detail,
        changedAt: this.clock.now(),
        changedBy: actorId(command.actor),
      };
      if (await this.store.add(change)) return change;
    }
  }
}
