import { Body, Get, HttpCode, Post, Query } from '@nestjs/common';
import {
  type AnchorsAskedJson,
  anchorsAskedFromJson,
  anchorsAskedToJson,
  type AnchorsFound,
  SERVICES,
} from '@smartkey/event-bus';
import { anchorToJson, type Anchor, type AnchorJson, type LossProposal } from '@smartkey/event-store';
import { InternalController, unreadable } from '@smartkey/http';
import type { Instant } from '@smartkey/kernel';
import { InternalParts } from './internal-parts.ts';

/** What a log has, and who knows of more. */
export interface StandingView {
  readonly state: 'sound' | 'log-went-back';
  readonly since: Instant | null;
  /** How often the log has begun anew after a loss was accepted; the first is 1. */
  readonly incarnation: number;
  /** The last event that the log has; null where it is empty. */
  readonly head: AnchorJson | null;
  readonly evidence: readonly {
    readonly reader: string;
    readonly detail: string;
    /** The event that the log lacks; null where the reader has none to show. */
    readonly known: AnchorJson | null;
    /** Where the log ended when that was said. */
    readonly head: AnchorJson | null;
    readonly at: Instant;
  }[];
  /** The loss that one person has proposed to accept, and no other confirmed; else null. */
  readonly proposal: ProposalView | null;
}

/** A loss that one person has proposed to accept. */
export interface ProposalView extends Omit<LossProposal, 'keptPosition'> {
  /** Position of the last event that would stay; null where it was proposed to a version before. */
  readonly keptPosition: string | null;
}

export const proposalView = ({ keptPosition, ...proposal }: LossProposal): ProposalView => ({
  ...proposal,
  keptPosition: keptPosition === undefined ? null : String(keptPosition),
});

/** How a log went on after a loss was accepted. */
interface IncarnationBegun {
  readonly number: number;
  /** Where the log ended then. */
  readonly keptPosition: string;
  readonly begunAt: Instant | null;
}

const jsonOf = (anchor: Anchor | undefined): AnchorJson | null =>
  anchor === undefined ? null : anchorToJson(anchor);

/**
 * Whether this service's log has what was read of it.
 *
 * - `GET /internal/log/standing` → `{state, since, incarnation, head, evidence, proposal}`
 * - `GET /internal/log/incarnation` → `{number, keptPosition, begunAt}`: the last that was begun after a loss; `1`, `"0"`, `null` where none was
 * - `POST /internal/log/look` → the same, once the readers here have asked the owners of all logs anew
 * - `POST /internal/log/anchors {anchors: [{reader, position, id, hash, stream, revision, incarnation}]}` → `{known: [true, …], wentBackSince?, incarnations?}`: asked by
 *   readers; a log that lacks one takes no appends from then on
 * - `GET /internal/log/read-anchors?source=` → what this service's readers have of another's log, in the form that is asked
 */
@InternalController('log')
export class StandingController {
  constructor(private readonly parts: InternalParts) {}

  @Post('look')
  @HttpCode(200)
  async look(): Promise<StandingView> {
    await this.parts.watch.look();
    return this.standing();
  }

  @Get('standing')
  async standing(): Promise<StandingView> {
    const { store } = this.parts;
    const wentBack = await store.standing.wentBack();
    const proposal = await store.standing.proposal();
    return {
      state: wentBack === undefined ? 'sound' : 'log-went-back',
      since: wentBack?.since ?? null,
      incarnation: (await store.standing.incarnations()).at(-1)?.number ?? 1,
      head: jsonOf(await store.last()),
      evidence: (wentBack?.evidence ?? []).map(({ reader, detail, known, head, at }) => ({
        reader,
        detail,
        known: jsonOf(known),
        head: jsonOf(head),
        at,
      })),
      proposal: proposal === undefined ? null : proposalView(proposal),
    };
  }

  @Get('incarnation')
  async incarnation(): Promise<IncarnationBegun> {
    const { standing } = this.parts.store;
    const last = (await standing.incarnations()).at(-1);
    if (last === undefined) return { number: 1, keptPosition: '0', begunAt: null };
    const begunAt = (await standing.begunAt()) ?? null;
    return { number: last.number, keptPosition: String(last.keptPosition), begunAt };
  }

  @Post('anchors')
  @HttpCode(200)
  async anchors(@Body() body: unknown): Promise<AnchorsFound> {
    const asked = anchorsAskedFromJson(body);
    if (asked === undefined)
      throw unreadable('malformed-body', 'Those are no events that were read of a log.');
    return this.parts.ownFeed.compare(asked);
  }

  @Get('read-anchors')
  async readAnchors(@Query('source') source: string | undefined): Promise<AnchorsAskedJson> {
    const service = SERVICES.find((each) => each === source);
    if (service === undefined) throw unreadable('malformed-query', 'There is no service of that name.');
    return anchorsAskedToJson(await this.parts.watch.read(service));
  }
}
