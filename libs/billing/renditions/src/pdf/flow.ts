import type { Element, TaggedPdf } from './tagged/tagged-pdf.ts';

/** Where the next thing stands, and what happens at a page's end. */
export interface Flow {
  readonly pdf: TaggedPdf;
  /** Upper edge of what comes next. */
  y: number;
  /** Lowest edge of content. */
  readonly bottom: number;
  /** Turns to the next page and puts `y` at the upper edge of its content. */
  turn(): void;
  readonly parent?: Element;
}

/** Turns the page where so much height is not left. */
export function need(flow: Flow, height: number): void {
  if (flow.y + height > flow.bottom) flow.turn();
}
