import type { Told, Words } from '../../visit/language.ts';
import { useSurroundings } from '../../pages/surroundings.ts';
import { eventName, shortEventName } from './event-words.ts';

/** What is recorded in a stream, by how its name begins. */
const STREAMS: Readonly<Record<string, Words>> = {
  contract: ['契約', 'Contract'],
  approval: ['承認', 'Approval'],
  account: ['IDと端末', 'ID and devices'],
  authentication: ['IDの認証', 'Sign-ins of an ID'],
  denials: ['認証の拒否', 'Denied sign-ins'],
  person: ['担当者', 'Person'],
  billing: ['契約の請求', 'Billing of a contract'],
  close: ['月次締め', 'Month close'],
  series: ['書類の連番', 'Series of documents'],
  rendition: ['書類のファイル', 'Files of a document'],
  delivery: ['書類の送付', 'Delivery of a document'],
  exports: ['会計用ファイル', 'Files for accounting'],
  acknowledgement: ['会計システムでの受領', 'Acknowledgement'],
  'export-settings': ['会計用ファイルの設定', 'Settings of files'],
  profile: ['請求先', 'Billing profile'],
  policies: ['計算と支払の条件', 'Policies'],
  issuer: ['発行者', 'Issuer'],
  log: ['記録そのもの', 'The log itself'],
};

/** All kinds that have words. */
const namedStreams = (): readonly string[] => Object.keys(STREAMS);

/** Its kind, and what it is of: `account-rid_…`. */
export function partsOfStream(stream: string): { readonly kind: string; readonly of: string } {
  const kind = namedStreams().find((each) => stream.startsWith(`${each}-`));
  return kind === undefined ? { kind: '', of: stream } : { kind, of: stream.slice(kind.length + 1) };
}

/** 「IDと端末」; the stream itself where it is of no kind that is known here. */
export function streamText(stream: string, t: Told): string {
  const words = STREAMS[partsOfStream(stream).kind];
  return words === undefined ? stream : t(...words);
}

/** Where a record lies: what it is part of, and its number there; below, the name by which the surface finds it. */
export const RecordPlace = ({ stream, revision }: { readonly stream: string; readonly revision: number }) => (
  <>
    {streamText(stream, useSurroundings().t)}{' '}
    <span class="beneath">
      <code>{`${stream}#${revision}`}</code>
    </span>
  </>
);

/** What a record says happened, and below its own name. */
export const EventTold = ({ type }: { readonly type: string }) => {
  const { t } = useSurroundings();
  return shortEventName(type, t) === type ? (
    <>{eventName(type, t)}</>
  ) : (
    <>
      {shortEventName(type, t)}{' '}
      <span class="beneath word">
        <code>{type}</code>
      </span>
    </>
  );
};
