import type { Delivery, Message } from '@smartkey/event-bus';
import type { ScriptedLogs } from './scripted-logs.ts';

/** A way for the same messages to come. */
export interface Course {
  readonly name: string;
  readonly partitions: number;
  /** Most messages of one transaction. */
  readonly batch: number;
  /** The deliveries of one partition. */
  readonly split: (messages: readonly Message[]) => readonly (readonly Message[])[];
  /** The turns that the partitions take. */
  readonly merge: (lanes: readonly (readonly Delivery[])[]) => readonly Delivery[];
}

const inTurn: Course['merge'] = (lanes) => {
  const rounds = Math.max(0, ...lanes.map((lane) => lane.length));
  return Array.from({ length: rounds }, (_, round) => lanes.flatMap((lane) => lane[round] ?? [])).flat();
};
const lastFirst: Course['merge'] = (lanes) => lanes.toReversed().flat();

/** None of these may make a difference to a projection. */
export const COURSES: readonly Course[] = [
  { name: 'in order, all at once', partitions: 1, batch: 5_000, split: (all) => [all], merge: inTurn },
  {
    name: 'one by one, each twice, the partitions in turn',
    partitions: 3,
    batch: 1,
    split: (all) => all.flatMap((message) => [[message], [message]]),
    merge: inTurn,
  },
  {
    name: 'in twos, half of them again and all of them again, the last partition first',
    partitions: 3,
    batch: 2,
    split: (all) => [all.slice(0, all.length >> 1), all, all],
    merge: lastFirst,
  },
  {
    name: 'with every other one lost on the way',
    partitions: 2,
    batch: 5_000,
    split: (all) => all.filter((_, index) => index % 2 === 1).map((message) => [message]),
    merge: inTurn,
  },
];

/** What comes in the end: the messages as the course has it, each partition closed by its watermark. */
export function deliveriesOf(course: Course, logs: ScriptedLogs): readonly Delivery[] {
  const lanes: Delivery[][] = [];
  for (const source of logs.sources)
    for (let partition = 0; partition < course.partitions; partition += 1)
      lanes.push([
        ...course
          .split(logs.partition(source, partition))
          .map((messages) => ({ source, partition, messages })),
        logs.end(source, partition),
      ]);
  return course.merge(lanes);
}
