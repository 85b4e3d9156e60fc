import { collectedGauge, sharedCounter } from '@smartkey/metrics';
import type { ProjectionReader } from '@smartkey/projections';
import type { Counter, Registry } from 'prom-client';
import { countBehind, RENDITION_KINDS, type RenditionKind } from './document-files.query.ts';
import type { RefusedFiles } from './refused-files.ts';
import type { RenderingMark } from './rendering-mark.ts';

/** What can be seen of documents that become files; never by contract or by document. */
export class RenderingMetrics {
  readonly rendered: Counter<'kind'>;
  /** Files that could not be made, and turns that failed. */
  readonly failures: Counter;
  readonly #stops: readonly (() => void)[];

  constructor(registry: Registry, files: ProjectionReader, refused: RefusedFiles, mark: RenderingMark) {
    this.rendered = sharedCounter<'kind'>(
      registry,
      'smartkey_document_files_rendered_total',
      'Files of documents that this process made.',
      ['kind'],
    );
    this.failures = sharedCounter(
      registry,
      'smartkey_document_rendering_failures_total',
      'Files of documents that could not be made because something failed, and rounds that failed.',
      [],
    );
    this.#stops = [
      collectedGauge(
        registry,
        {
          name: 'smartkey_documents_to_render',
          help: 'Documents whose files nobody has looked at yet.',
          labelNames: [],
        },
        async () => [{ labels: {}, value: await countBehind(files.sql, await mark.position()) }],
      ),
      collectedGauge(
        registry,
        {
          name: 'smartkey_document_files_refused',
          help: 'Files that documents lack something for, and that need a person.',
          labelNames: ['kind'],
        },
        async () => {
          const counts = await refused.countAll();
          return RENDITION_KINDS.map((kind: RenditionKind) => ({ labels: { kind }, value: counts[kind] }));
        },
      ),
    ];
  }

  stop(): void {
    for (const stop of this.#stops) stop();
  }
}
