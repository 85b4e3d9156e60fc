/** What a process says where it takes a log for one that went back, or has readers that stand still for it. */
const ALARM = /^smartkey_(?:log_went_back|reader_stopped)\{.*\} 1$/gm;

/** @throws where a process says that a log went back: nobody has put anything back. One that does not answer now says nothing. */
export async function noLogWentBack(urls: readonly string[]): Promise<void> {
  for (const url of urls) {
    const answer = await fetch(`${url}/metrics`);
    const alarms = (await answer.text()).match(ALARM);
    if (alarms !== null) throw new Error(`a false alarm at ${url}: ${alarms.join('; ')}`);
  }
}
