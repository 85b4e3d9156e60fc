/** Ways in which a text may lie in bytes: as it is, escaped as in JSON, in hex, and as base64 wherever it begins. */
function formsOf(text: string): readonly string[] {
  const bytes = Buffer.from(text);
  const encoded = ([0, 1, 2] as const).flatMap((shift) =>
    (['base64', 'base64url'] as const).map((as) =>
      Buffer.concat([Buffer.alloc(shift), bytes])
        .toString(as)
        .slice(shift === 0 ? 0 : 4, -4),
    ),
  );
  const escaped = [...text].map((each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
  return [text, escaped, bytes.toString('hex'), ...encoded];
}

/** Tells in which forms something says one of these texts. */
export function sayingOf(texts: readonly string[]): (content: string | Buffer) => readonly string[] {
  const forms = texts.flatMap(formsOf).map((form) => Buffer.from(form));
  return (content) => {
    const bytes = Buffer.from(content);
    return forms.filter((form) => bytes.includes(form)).map(String);
  };
}
