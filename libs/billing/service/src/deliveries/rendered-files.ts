import type { FileKind } from '@smartkey/billing-domain';
import type { DocumentRenderer } from '../renditions/document-renderer.ts';
import type { StoredFiles } from '../renditions/stored-files.ts';

/** The files of documents as they lie stored; one that nobody has come to yet is rendered. */
export class RenderedFiles {
  constructor(
    private readonly renderer: DocumentRenderer,
    private readonly files: StoredFiles,
  ) {}

  /** @returns `undefined` where the document lacks something that the file needs. */
  async read(number: string, kind: FileKind): Promise<Uint8Array | undefined> {
    const file = (await this.renderer.render(number)).files[kind];
    return file && this.files.whole(file.sha256);
  }
}
