import { Report } from './report.ts';
import { Whole } from './stage/whole.ts';
import type { Story } from './story.ts';

/**
 * Tells stories, one after the other. Those of one shape share a system, for starting one takes longer than most of them; a story that failed, or that says so
 * itself, leaves none behind.
 */
export class Drill {
  #stage: { readonly shape: string; readonly whole: Whole } | undefined;

  constructor(private readonly line: (text: string) => void) {}

  /** @throws where the system does not do what it must. */
  async tell(story: Story): Promise<void> {
    const report = new Report(this.line);
    report.heading(story.name, story.situation);
    const begun = performance.now();
    const whole = await this.#stageOf(story, report);
    let told = false;
    try {
      await story.tell(whole, report);
      report.ended(story.name, performance.now() - begun);
      told = true;
    } catch (error) {
      report.ended(story.name, performance.now() - begun, (error as Error).message);
      this.line(whole.words.slice(-20_000));
      throw error;
    } finally {
      if (!told || story.alone === true) await this.end();
    }
  }

  async end(): Promise<void> {
    const { whole } = this.#stage ?? {};
    this.#stage = undefined;
    await whole?.dispose();
  }

  async #stageOf(story: Story, report: Report): Promise<Whole> {
    const shape = JSON.stringify(story.shape);
    if (this.#stage !== undefined && (this.#stage.shape !== shape || story.alone === true)) await this.end();
    if (this.#stage === undefined) {
      const begun = performance.now();
      this.#stage = { shape, whole: await Whole.start(story.shape) };
      report.done(`a system of its own started in ${Math.round(performance.now() - begun)} ms`);
    }
    const { whole } = this.#stage;
    whole.tells(report);
    return whole;
  }
}
