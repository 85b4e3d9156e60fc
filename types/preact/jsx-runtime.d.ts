/**
 * What the pages are written in, for the type checker: markup that a server renders. Preact's own types bring the whole DOM
 * along, for every file of the workspace. There is no `style` here and no `on…`: the pages' policy lets neither through.
 */
export interface VNode {
  readonly type: unknown;
  readonly props: unknown;
  readonly key: unknown;
}

export type Markup = VNode | string | number | boolean | null | undefined | readonly Markup[];

interface Attributes {
  readonly children?: Markup;
  readonly key?: string | number | undefined;
  readonly class?: string | undefined;
  readonly id?: string | undefined;
  readonly lang?: string;
  readonly title?: string;
  readonly role?: string;
  readonly tabIndex?: number;
  readonly hidden?: boolean;
  readonly open?: boolean;
  readonly [aria: `aria-${string}`]: string | number | boolean | undefined;
  readonly [data: `data-${string}`]: string | number | undefined;
}

interface Link extends Attributes {
  readonly href?: string;
  readonly rel?: string;
  readonly download?: boolean | string;
  readonly type?: string;
  readonly sizes?: string;
  readonly hreflang?: string;
}
interface Meta extends Attributes {
  readonly charset?: string;
  readonly name?: string;
  readonly content?: string;
  readonly 'http-equiv'?: string;
}
interface Script extends Attributes {
  readonly src: string;
  readonly defer?: boolean;
  readonly type?: string;
}
interface Form extends Attributes {
  readonly method?: 'get' | 'post';
  readonly action?: string;
  readonly enctype?: 'multipart/form-data' | undefined;
  readonly novalidate?: boolean;
}
interface Control extends Attributes {
  readonly name?: string;
  readonly value?: string | number | undefined;
  readonly type?: string;
  readonly checked?: boolean;
  readonly disabled?: boolean;
  readonly required?: boolean;
  readonly autocomplete?: string | undefined;
  readonly inputMode?: string | undefined;
  readonly maxLength?: number | undefined;
  readonly rows?: number;
  readonly size?: number;
  readonly accept?: string | undefined;
  readonly selected?: boolean;
  readonly spellcheck?: boolean;
  readonly formaction?: string;
}
interface Cell extends Attributes {
  readonly scope?: 'col' | 'row';
  readonly colSpan?: number;
}
interface Drawing extends Attributes {
  readonly viewBox?: string;
  readonly width?: number | string;
  readonly height?: number | string;
  readonly x?: number | string;
  readonly y?: number | string;
  readonly x1?: number;
  readonly x2?: number;
  readonly y1?: number;
  readonly y2?: number;
  readonly cx?: number;
  readonly cy?: number;
  readonly r?: number;
  readonly rx?: number;
  readonly d?: string;
  readonly 'text-anchor'?: 'start' | 'middle' | 'end';
  readonly focusable?: 'false';
}
interface Measure extends Attributes {
  readonly value?: number;
  readonly max?: number;
}

export namespace JSX {
  type Element = VNode;
  interface ElementChildrenAttribute {
    children: unknown;
  }
  interface IntrinsicAttributes {
    readonly key?: string | number | undefined;
  }
  type Plain =
    | 'html'
    | 'head'
    | 'body'
    | 'title'
    | 'header'
    | 'footer'
    | 'main'
    | 'nav'
    | 'noscript'
    | 'section'
    | 'article'
    | 'aside'
    | 'div'
    | 'span'
    | 'p'
    | 'h1'
    | 'h2'
    | 'h3'
    | 'ul'
    | 'ol'
    | 'li'
    | 'dl'
    | 'dt'
    | 'dd'
    | 'strong'
    | 'em'
    | 'code'
    | 'small'
    | 'table'
    | 'caption'
    | 'thead'
    | 'tbody'
    | 'tfoot'
    | 'tr'
    | 'fieldset'
    | 'legend'
    | 'pre'
    | 'br'
    | 'hr'
    | 'details'
    | 'summary'
    | 'figure'
    | 'figcaption'
    | 'abbr'
    | 'bdi';
  type Intrinsic = { [Tag in Plain]: Attributes } & {
    a: Link;
    link: Link;
    meta: Meta;
    script: Script;
    form: Form;
    label: Attributes & { readonly for?: string };
    output: Attributes & { readonly for?: string };
    input: Control;
    button: Control;
    select: Control;
    option: Control;
    textarea: Control;
    th: Cell;
    td: Cell;
    time: Attributes & { readonly datetime?: string };
    img: Attributes & {
      readonly src: string;
      readonly alt: string;
      readonly width?: number;
      readonly height?: number;
    };
    progress: Measure;
    svg: Drawing;
    g: Drawing;
    rect: Drawing;
    line: Drawing;
    path: Drawing;
    circle: Drawing;
    text: Drawing;
  };
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- the checker asks for an interface
  interface IntrinsicElements extends Intrinsic {}
}

export function jsx(type: unknown, props: unknown, key?: string): VNode;
export const jsxs: typeof jsx;
export const Fragment: (props: { readonly children?: Markup }) => VNode;
