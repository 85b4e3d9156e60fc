import { Report } from './report.ts';
import { Whole } from './stage/whole.ts';
import type { Story } from './story.ts';

/** Tells a story on a system of its own. @throws where the system does not do what it must. */
export async function drill(story: Story, line: (text: string) => void): Promise<void> {
  const report = new Report(line);
  report.heading(story.name, story.situation);
  const begun = performance.now();
  const whole = await Whole.start(story.shape, report);
  try {
    await story.tell(whole, report);
    report.ended(story.name, performance.now() - begun);
  } catch (error) {
    report.ended(story.name, performance.now() - begun, (error as Error).message);
    line(whole.words.slice(-4_000));
    throw error;
  } finally {
    await whole.dispose();
  }
}
