import { shared, streams, type sharedTypes, type streamsTypes } from './generated-messages.ts';
import type { ProposedEvent } from './stored-event.ts';

/** So many events of other logs are looked at in one go of a filtered read. */
const SEARCH_WINDOW = 1_000;

function identifierOf(stream: string): sharedTypes.StreamIdentifier {
  const identifier = new shared.StreamIdentifier();
  identifier.setStreamName(Buffer.from(stream));
  return identifier;
}

function optionsOf(count: number, forwards: boolean): streamsTypes.ReadReq.Options {
  const { ReadDirection, UUIDOption } = streams.ReadReq.Options;
  const uuid = new UUIDOption();
  uuid.setString(new shared.Empty());
  const options = new streams.ReadReq.Options();
  options.setUuidOption(uuid);
  options.setResolveLinks(false);
  options.setCount(String(count));
  options.setReadDirection(forwards ? ReadDirection.FORWARDS : ReadDirection.BACKWARDS);
  return options;
}

function requestOf(options: streamsTypes.ReadReq.Options): streamsTypes.ReadReq {
  const request = new streams.ReadReq();
  request.setOptions(options);
  return request;
}

function positionOf(place: bigint): streamsTypes.ReadReq.Options.Position {
  const position = new streams.ReadReq.Options.Position();
  position.setCommitPosition(String(place));
  position.setPreparePosition(String(place));
  return position;
}

/** Events of one stream. @param from the first to read, included; where missing, the stream's end in that direction. */
export function readStreamRequest(
  stream: string,
  read: { readonly from: number | undefined; readonly count: number; readonly forwards: boolean },
): streamsTypes.ReadReq {
  const place = new streams.ReadReq.Options.StreamOptions();
  place.setStreamIdentifier(identifierOf(stream));
  if (read.from !== undefined) place.setRevision(String(read.from));
  else if (read.forwards) place.setStart(new shared.Empty());
  else place.setEnd(new shared.Empty());
  const options = optionsOf(read.count, read.forwards);
  options.setStream(place);
  options.setNoFilter(new shared.Empty());
  return requestOf(options);
}

/**
 * Events of the streams that begin so, in the order of the whole log.
 * @param from a position; where missing, the log's end in that direction. Forwards it is included, backwards it is not.
 */
export const readPrefixRequest = (prefix: string, read: Read): streamsTypes.ReadReq =>
  filteredRequest(read, prefix, (filter, expression) => filter.setStreamIdentifier(expression));

/** Records of the types that begin so, whosever streams they are in. @param read as `readPrefixRequest` takes it. */
export const readTypeRequest = (prefix: string, read: Read): streamsTypes.ReadReq =>
  filteredRequest(read, prefix, (filter, expression) => filter.setEventType(expression));

type Filter = streamsTypes.ReadReq.Options.FilterOptions;

interface Read {
  readonly from: bigint | undefined;
  readonly count: number;
  readonly forwards: boolean;
}

function filteredRequest(
  read: Read,
  prefix: string,
  by: (filter: Filter, expression: streamsTypes.ReadReq.Options.FilterOptions.Expression) => void,
): streamsTypes.ReadReq {
  const expression = new streams.ReadReq.Options.FilterOptions.Expression();
  expression.setPrefixList([prefix]);
  const filter = new streams.ReadReq.Options.FilterOptions();
  by(filter, expression);
  filter.setMax(SEARCH_WINDOW);
  filter.setCheckpointintervalmultiplier(1);
  return allRequest(read, filter);
}

/** The event at a position of the server's log, or the next behind it, whosever it is. */
export const readPlaceRequest = (position: bigint): streamsTypes.ReadReq =>
  allRequest({ from: position, count: 1, forwards: true });

/** The last event of the server, whosever it is. */
export const readLastRequest = (): streamsTypes.ReadReq =>
  allRequest({ from: undefined, count: 1, forwards: false });

/** Of the whole log, as `readPrefixRequest` has its places; all of it where there is no filter. */
function allRequest(read: Read, filter?: Filter): streamsTypes.ReadReq {
  const place = new streams.ReadReq.Options.AllOptions();
  if (read.from !== undefined) place.setPosition(positionOf(read.from));
  else if (read.forwards) place.setStart(new shared.Empty());
  else place.setEnd(new shared.Empty());
  const options = optionsOf(read.count, read.forwards);
  options.setAll(place);
  if (filter === undefined) options.setNoFilter(new shared.Empty());
  else options.setFilter(filter);
  return requestOf(options);
}

/** An append behind exactly this last revision, -1 for a new stream: only so is it idempotent by the events' ids. */
export function appendRequest(
  stream: string,
  lastRevision: number,
  events: readonly ProposedEvent[],
): readonly streamsTypes.AppendReq[] {
  const options = new streams.AppendReq.Options();
  options.setStreamIdentifier(identifierOf(stream));
  if (lastRevision < 0) options.setNoStream(new shared.Empty());
  else options.setRevision(String(lastRevision));
  const header = new streams.AppendReq();
  header.setOptions(options);
  return [header, ...events.map(proposedMessage)];
}

function proposedMessage({ id, type, data, metadata }: ProposedEvent): streamsTypes.AppendReq {
  const uuid = new shared.UUID();
  uuid.setString(id);
  const proposed = new streams.AppendReq.ProposedMessage();
  proposed.setId(uuid);
  proposed.getMetadataMap().set('type', type);
  proposed.getMetadataMap().set('content-type', 'application/json');
  proposed.setData(Buffer.from(data));
  proposed.setCustomMetadata(Buffer.from(metadata));
  const message = new streams.AppendReq();
  message.setProposedMessage(proposed);
  return message;
}
