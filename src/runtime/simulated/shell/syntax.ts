/** What a small shell script means: enough of `sh` to follow what containers of tutorials do. */
export type Command =
  | SimpleCommand
  | { readonly kind: 'sequence'; readonly commands: readonly Command[] }
  | { readonly kind: 'and' | 'or'; readonly left: Command; readonly right: Command }
  | { readonly kind: 'not'; readonly command: Command }
  | { readonly kind: 'pipeline'; readonly commands: readonly Command[] }
  | { readonly kind: 'while'; readonly until: boolean; readonly condition: Command; readonly body: Command }
  | {
      readonly kind: 'for';
      readonly variable: string;
      readonly words: readonly Word[];
      readonly body: Command;
    }
  | { readonly kind: 'function'; readonly name: string; readonly body: Command }
  | { readonly kind: 'if'; readonly branches: readonly Branch[]; readonly otherwise: Command | undefined };

export interface SimpleCommand {
  readonly kind: 'simple';
  readonly assignments: readonly Assignment[];
  readonly words: readonly Word[];
  readonly redirects: readonly Redirect[];
}

/** `name=value`, or `name=(one two)`. */
export type Assignment =
  | { readonly kind: 'value'; readonly name: string; readonly value: Word }
  | { readonly kind: 'array'; readonly name: string; readonly elements: readonly Word[] };

export interface Branch {
  readonly condition: Command;
  readonly body: Command;
}

export interface Redirect {
  readonly operator: '>' | '>>' | '<' | '>&' | '&>';
  /** 1 standard output, 2 standard error; undefined as the operator has it. */
  readonly from: number | undefined;
  readonly target: Word;
}

/** A word is the concatenation of its parts; what is not quoted may fall into several words. */
export type Word = readonly WordPart[];

export type WordPart =
  | { readonly kind: 'text'; readonly text: string; readonly quoted: boolean }
  | { readonly kind: 'variable'; readonly name: string; readonly fallback: string; readonly quoted: boolean }
  /** `${name[index]}`, or how many there are: `${#name[@]}`. */
  | {
      readonly kind: 'element';
      readonly name: string;
      readonly index: string;
      readonly isCount: boolean;
      readonly quoted: boolean;
    }
  /** `${name##*-}`: without what fits the pattern, the shortest or the longest of it, at its beginning (`#`) or end (`%`). */
  | {
      readonly kind: 'trimmed';
      readonly name: string;
      readonly operator: '#' | '##' | '%' | '%%';
      readonly pattern: string;
      readonly quoted: boolean;
    }
  | { readonly kind: 'command'; readonly script: Command; readonly quoted: boolean }
  | { readonly kind: 'arithmetic'; readonly expression: string; readonly quoted: boolean };

/** The script uses something that this shell does not know. */
export class UnknownSyntax extends Error {
  override readonly name = 'UnknownSyntax';
}
