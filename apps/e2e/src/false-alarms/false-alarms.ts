import assert from 'node:assert/strict';
import { relative } from 'node:path';
import { SERVICES } from '@smartkey/event-bus';
import { ClusterSystem, ROOT } from '@smartkey/testing/end-to-end';
import { mustAgree } from '../drill/agreement.ts';
import { Report } from '../drill/report.ts';
import { Whole } from '../drill/stage/whole.ts';
import { Writers } from '../drill/writers.ts';
import { noLogWentBack } from '../no-log-went-back.ts';
import type { Disturbance } from './disturbances.ts';

/** A cluster on servers of its own, people who write all the while, and what befalls it. */
export class FalseAlarms {
  #suffered = 0;

  private constructor(
    private readonly whole: Whole,
    private readonly writers: Writers,
    private readonly say: (line: string) => void,
  ) {}

  /** @param former the folder of a checkout whose programs it begins with. */
  static async begin(say: (line: string) => void, former?: string): Promise<FalseAlarms> {
    const folder = former === undefined ? '' : relative(ROOT, former);
    const whole = await Whole.start({ kind: 'cluster' }, folder);
    try {
      return new FalseAlarms(whole, await Writers.prepare(whole), say);
    } catch (error) {
      await whole.dispose();
      throw error;
    }
  }

  /** @throws where it makes a log say that it went back, or a command be refused for that. */
  async suffer({ name, strike }: Disturbance): Promise<void> {
    const begun = performance.now();
    this.writers.start();
    await this.writers.more(5);
    await strike(this.whole);
    await this.writers.more(5);
    await this.writers.stop();
    await this.writers.allOnce();
    await this.whole.untilRead(this.writers);
    for (const service of SERVICES) {
      const { code, lines } = await this.whole.cli('log', 'compare', service);
      assert.equal(code, 0, `after this: ${name}: ${lines.join('\n')}`);
    }
    await noLogWentBack((this.whole.program as ClusterSystem).instanceUrls);
    assert.equal(this.writers.refused, 0, 'no command was refused because a log went back');
    this.#suffered += 1;
    this.say(`${this.#suffered}. ${name}: no alarm (${Math.round((performance.now() - begun) / 1_000)} s)`);
  }

  async agree(): Promise<void> {
    await mustAgree(this.whole, this.writers, new Report(this.say));
  }

  /** What the services have written to their logs of what goes wrong, its end. */
  get words(): string {
    return this.whole.words;
  }

  end(): Promise<void> {
    return this.whole.dispose();
  }
}
