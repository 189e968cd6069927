// Code in colours: comments, texts, numbers, words of the language, names. One pass, no grammar; what it does not know stays plain.

export type Colour = "comment" | "text" | "number" | "word" | "name";

export interface Token {
  colour: Colour | null;
  text: string;
}

const words = (list: string): string => `\\b(?:${list.replaceAll(" ", "|")})\\b`;
const STRINGS = String.raw`"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'`;
const NUMBER = String.raw`\b\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?\b|\b0x[\da-fA-F]+\b`;
const SLASHED = String.raw`\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)`;

type Grammar = Readonly<Partial<Record<Colour, string>>>;

const SCRIPT: Grammar = {
  comment: SLASHED,
  text: `${STRINGS}|${"`(?:\\\\[\\s\\S]|[^`\\\\])*`"}`,
  number: NUMBER,
  word: words(
    "abstract as async await break case catch class const continue default delete do else enum export extends false finally for from function if implements import in instanceof interface let new null of package private protected public readonly return static super switch this throw true try type typeof undefined var void while yield fn pub struct impl use mut match func defer go map chan int string bool float double char auto using namespace include",
  ),
};
const GRAMMARS: Readonly<Record<string, Grammar>> = {
  json: { name: String.raw`"(?:\\.|[^"\\\n])*"(?=\s*:)`, text: STRINGS, number: `-?(?:${NUMBER})`, word: words("true false null") },
  python: {
    comment: "#[^\\n]*",
    text: String.raw`[rbfuRBFU]{0,2}(?:"""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$)|${STRINGS})`,
    number: NUMBER,
    word: words(
      "and as assert async await break class continue def del elif else except False finally for from global if import in is lambda match None nonlocal not or pass raise return True try while with yield self",
    ),
  },
  shell: {
    comment: String.raw`(?<=^|\s)#[^\n]*`,
    text: String.raw`"(?:\\[\s\S]|[^"\\])*"|'[^']*'`,
    name: String.raw`\$\{?\w+\}?|(?<=\s)--?[\w-]+`,
    word: words("if then else elif fi for in do done while case esac function export local return curl"),
  },
  sql: {
    comment: String.raw`--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)`,
    text: STRINGS,
    number: NUMBER,
    word: words(
      "SELECT FROM WHERE AND OR NOT INSERT INTO VALUES UPDATE SET DELETE CREATE TABLE INDEX JOIN LEFT RIGHT INNER ON AS GROUP BY ORDER LIMIT NULL select from where and or not insert into values update set delete create table index join left right inner on as group by order limit null",
    ),
  },
  markup: { comment: String.raw`<!--[\s\S]*?(?:-->|$)`, text: STRINGS, word: String.raw`<\/?[\w-]+|\/?>` },
  yaml: { comment: String.raw`(?<=^|\s)#[^\n]*`, text: STRINGS, name: String.raw`(?<=^|\n)[ \t-]*[\w.-]+(?=:)`, number: NUMBER },
  script: SCRIPT,
};
const ALIASES: Readonly<Record<string, string>> = {
  py: "python",
  bash: "shell",
  sh: "shell",
  zsh: "shell",
  console: "shell",
  yml: "yaml",
  html: "markup",
  xml: "markup",
  svg: "markup",
};
/** A text without end is not looked at: colours are a help, not worth a pause. */
const LONGEST = 60_000;
const made = new Map<string, RegExp>();

function patternOf(language: string): RegExp {
  const name = Object.hasOwn(GRAMMARS, language) ? language : "script";
  let found = made.get(name);
  if (!found) {
    const parts = Object.entries(GRAMMARS[name] ?? SCRIPT).map(([colour, source]) => `(?<${colour}>${source})`);
    found = new RegExp(parts.join("|"), "g");
    made.set(name, found);
  }
  return found;
}

/** The text in pieces; joined they are the text. No language: all of it is plain. */
export function coloured(text: string, language: string): Token[] {
  const name = language.toLowerCase();
  if (!name || name === "text" || name === "plaintext" || text.length > LONGEST) return [{ colour: null, text }];
  const tokens: Token[] = [];
  let at = 0;
  for (const found of text.matchAll(patternOf(ALIASES[name] ?? name))) {
    if (!found[0]) continue;
    if (found.index > at) tokens.push({ colour: null, text: text.slice(at, found.index) });
    const colour = Object.entries(found.groups ?? {}).find(([, part]) => part !== undefined)?.[0] as Colour;
    tokens.push({ colour, text: found[0] });
    at = found.index + found[0].length;
  }
  if (at < text.length) tokens.push({ colour: null, text: text.slice(at) });
  return tokens;
}

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
export const escaped = (text: string): string => text.replace(/[&<>"]/g, (letter) => ESCAPES[letter] ?? letter);

/** The same as HTML, for where text is HTML already. */
export const colouredHtml = (text: string, language: string): string =>
  coloured(text, language)
    .map((token) => (token.colour ? `<span class="hl-${token.colour}">${escaped(token.text)}</span>` : escaped(token.text)))
    .join("");
