import type { ChainBreak } from '../hash-chain/verify-stream.ts';
import type { streamsTypes } from './generated-messages.ts';
import { readPrefixRequest, readStreamRequest, readTypeRequest } from './requests.ts';

/** By these the metadata of a stream tell the server to show not all of it: a deletion that can be undone sets the first. */
const HIDING = ['$tb', '$maxCount', '$maxAge'];
const PAGE = 200;
const MOST_NAMED = 1_000;

type Answer = streamsTypes.ReadResp;
type Read = (request: streamsTypes.ReadReq) => Promise<readonly Answer[]>;
type Place = Parameters<typeof readPrefixRequest>[1];

/**
 * Streams of a log of which the server was told to show not all any more: deleted, truncated, limited in their age or count. The log as a whole
 * shows their events until the server tidies up, so their hashes are still sound. Nothing of this service writes a stream's metadata.
 * @param prefix what the server's streams of this log begin with.
 * @returns the first 1,000.
 */
export async function hiddenStreams(read: Read, prefix: string): Promise<readonly ChainBreak[]> {
  const found: ChainBreak[] = [];
  const hidden = (name: string, detail: string): void => {
    if (found.length < MOST_NAMED)
      found.push({ stream: name.slice(prefix.length), revision: 0, kind: 'missing', detail });
  };
  for await (const answer of all(read, (place) => readPrefixRequest(`$$${prefix}`, place))) {
    const name = streamOf(answer);
    const [last] = await read(readStreamRequest(name, { from: undefined, count: 1, forwards: false }));
    // What was said later holds.
    if (last !== undefined && positionOf(last) !== positionOf(answer)) continue;
    const told = HIDING.filter((member) => member in metadataOf(answer));
    if (told.length > 0)
      hidden(name.slice(2), `the server was told not to show all of it (${told.join(', ')})`);
  }
  for await (const answer of all(read, (place) => readTypeRequest('$streamDeleted', place)))
    if (streamOf(answer).startsWith(prefix)) hidden(streamOf(answer), 'it was deleted for good');
  return found;
}

/** Everything that such a read finds, page by page. */
async function* all(
  read: Read,
  requestOf: (place: Place) => streamsTypes.ReadReq,
): AsyncGenerator<Answer, void, undefined> {
  for (let from: bigint | undefined; ;) {
    const answers = await read(requestOf({ from, count: PAGE, forwards: true }));
    // The place that is named is read again.
    for (const answer of answers) if (positionOf(answer) !== from) yield answer;
    if (answers.length < PAGE) return;
    from = positionOf(answers.at(-1)!);
  }
}

const positionOf = (answer: Answer): bigint => BigInt(answer.getEvent()!.getCommitPosition());

const recordOf = (answer: Answer): streamsTypes.ReadResp.ReadEvent.RecordedEvent =>
  answer.getEvent()!.getEvent()!;

const streamOf = (answer: Answer): string =>
  Buffer.from(recordOf(answer).getStreamIdentifier()!.getStreamName_asU8()).toString('utf8');

/** An object, whatever somebody has put there. */
function metadataOf(answer: Answer): object {
  const text = Buffer.from(recordOf(answer).getData_asU8()).toString('utf8');
  const told: unknown = text === '' ? {} : JSON.parse(text);
  return typeof told === 'object' && told !== null ? told : {};
}
