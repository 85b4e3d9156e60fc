/** A file that was sent. */
export interface PostedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What a form sent: texts by name, in their order, and files. */
export class PostedForm {
  static readonly EMPTY = new PostedForm([], new Map());

  constructor(
    private readonly pairs: readonly (readonly [string, string])[],
    private readonly files: ReadonlyMap<string, PostedFile>,
  ) {}

  get(name: string): string | undefined {
    return this.pairs.find(([each]) => each === name)?.[1];
  }

  all(name: string): readonly string[] {
    return this.pairs.filter(([each]) => each === name).map(([, value]) => value);
  }

  file(name: string): PostedFile | undefined {
    return this.files.get(name);
  }
}

export const urlencodedForm = (text: string): PostedForm =>
  new PostedForm([...new URLSearchParams(text)], new Map());

/** @throws TypeError where the bytes are no such form. */
export async function multipartForm(
  bytes: Uint8Array<ArrayBuffer>,
  contentType: string,
): Promise<PostedForm> {
  const data = await new Response(bytes, { headers: { 'content-type': contentType } }).formData();
  const pairs: [string, string][] = [];
  const files = new Map<string, PostedFile>();
  for (const [name, value] of data.entries())
    if (typeof value === 'string') pairs.push([name, value]);
    else files.set(name, { name: value.name, bytes: new Uint8Array(await value.arrayBuffer()) });
  return new PostedForm(pairs, files);
}
