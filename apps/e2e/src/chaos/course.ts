import { setTimeout as pause } from 'node:timers/promises';
import { ClusterSystem } from '@smartkey/testing/end-to-end';
import { noLogWentBack } from '../no-log-went-back.ts';
import { Books } from './books.ts';
import { type Fault, SESSION_MILLIS } from './faults.ts';
import { Load } from './load.ts';
import { comparePublished } from './published.ts';

/** A cluster under load, to which one fault after the other happens. */
export class Course {
  private constructor(
    private readonly cluster: ClusterSystem,
    private readonly load: Load,
    private readonly books: Books,
  ) {}

  /** @param brokers of Kafka. */
  static async begin(brokers = 1): Promise<Course> {
    const cluster = await ClusterSystem.start({
      SMARTKEY_CLOCK: 'system',
      SMARTKEY_CLOCK_START: '',
      SMARTKEY_KAFKA_SESSION_MILLIS: String(SESSION_MILLIS),
      SMARTKEY_LOG_LEVEL: 'error',
      SMARTKEY_CLUSTER_BROKERS: String(brokers),
    });
    try {
      const load = await Load.prepare(cluster.operator);
      return new Course(cluster, load, new Books(cluster, load));
    } catch (error) {
      await cluster.dispose();
      throw error;
    }
  }

  /**
   * Lets a fault happen under load, and waits, doing nothing about it, until the books balance: every answered fact is in the log
   * once, the ledger counts what the logs hold, the watermarks go on, and no log is taken for one that went back.
   * @returns what it was, in a sentence.
   */
  async suffer(fault: Fault, chance: () => number): Promise<string> {
    const before = this.load.registered.size + this.load.successes.size;
    this.load.start();
    await pause(1_000 + chance() * 1_000);
    await fault.strike(this.cluster, chance);
    await pause(1_000);
    await this.load.stop();
    const ended = performance.now();
    const { registrations, successes } = await this.books.balance();
    await noLogWentBack(this.cluster.instanceUrls);
    const promised = this.load.registered.size + this.load.successes.size - before;
    return (
      `${fault.name}: ${promised} facts promised meanwhile; the books balance after ` +
      `${Math.round(performance.now() - ended)} ms with ${registrations} registrations, ${successes} successes`
    );
  }

  /** Compares the topics with the logs as a foreign consumer counts. @returns what it found, in a sentence. */
  async compare(): Promise<string> {
    const { events, again } = await comparePublished(this.cluster);
    return `the topics hold the ${events} events of the logs, ${again} records came again`;
  }

  end(): Promise<void> {
    return this.cluster.dispose();
  }
}
