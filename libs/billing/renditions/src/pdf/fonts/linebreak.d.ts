/** What is used of linebreak, which brings no types. */
declare module 'linebreak' {
  interface Break {
    /** Where the next line may begin, in UTF-16 units. */
    readonly position: number;
    readonly required: boolean;
  }
  export default class LineBreaker {
    constructor(text: string);
    nextBreak(): Break | null;
  }
}
