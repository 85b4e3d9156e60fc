import { hashOf } from '@smartkey/event-store';
import type { RecordedEvent } from '@smartkey/kernel';

/** A line of type `event` of a proof. */
interface EventLine {
  event: { readonly data: object };
  hash: string;
  readonly previous: string;
}

/** Proofs that are not what the system gave out, by what was done to one: with what is said of it. */
export function changedProofs(proof: string): Readonly<Record<string, readonly [string, string]>> {
  const lines = proof.split('\n');
  const at = lines.findIndex((line) => line.includes('"as":"document"'));
  const changedLine = (change: (line: EventLine) => void): string => {
    const line = JSON.parse(lines[at]!) as EventLine;
    change(line);
    return lines.with(at, JSON.stringify(line)).join('\n');
  };
  const dearer = ({ event }: EventLine): void => {
    (event as { data: object }).data = { ...event.data, total: '1' };
  };
  const forged = changedLine((line) => {
    dearer(line);
    line.hash = hashOf(line.event as RecordedEvent, line.previous);
  });
  const own = /"log":"([^/"]+)\/billing"/.exec(proof)![1]!;
  const contractLog = lines.findIndex((line) => line.includes(`"log":"${own}/contract"`));
  const billingLog = lines.findIndex((line) => line.includes(`"log":"${own}/billing"`));
  const node = lines.findIndex((line) => line.includes('"type":"node"'));
  return {
    byte: [changedLine(dearer), 'SK-000000005 hash-differs'],
    forged: [forged, 'SK-000000005 not-as-signed'],
    node: [
      lines.with(node, lines[node]!.replace(/"hash":"\w/, '"hash":"z')).join('\n'),
      'SK-000000005 not-as-signed',
    ],
    system: [proof.replaceAll(own, 'smartkey-000000000000.local'), 'SK-000000005 another-systems'],
    signature: [proof.replace(/(— \S+\/billing )[\w+/]{9}/, '$1AAAAAAAAA'), 'SK-000000005 not-as-signed'],
    'other-log': [
      lines.with(billingLog, lines[contractLog]!).join('\n'),
      'other-log.ndjson proof-unreadable: it shows no document',
    ],
    cut: [lines.slice(0, at).join('\n'), 'cut.ndjson proof-unreadable: it shows no document'],
    garbled: [proof.replace('"as":"document"', '"as":"document'), 'garbled.ndjson proof-unreadable: line'],
  };
}
