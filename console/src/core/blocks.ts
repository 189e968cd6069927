// A growing Markdown text in blocks: only the last one still changes.

const FENCE = /^ {0,3}(`{3,}|~{3,})/;

/** Parts at blank lines, but never inside a fenced block of code, a list or a table. Joined by blank lines they are the text. */
export function blocksOf(text: string): string[] {
  const blocks: string[] = [];
  let current: string[] = [];
  let fence = "";
  for (const line of text.split("\n")) {
    const found = FENCE.exec(line)?.[1];
    if (found && !fence) fence = found;
    else if (found && fence && found.startsWith(fence) && line.trim() === found) fence = "";
    const breaks = !fence && line.trim() === "" && current.length > 0;
    if (breaks) {
      blocks.push(current.join("\n"));
      current = [];
    } else if (line.trim() !== "" || fence) current.push(line);
  }
  if (current.length) blocks.push(current.join("\n"));
  return joined(blocks);
}

const CONTINUES = /^(?: {2,}|\t|[-*+] |\d+[.)] )/;
const LIST = /^(?:[-*+] |\d+[.)] )/;

/** An item of a list belongs to the list before it. */
function joined(blocks: readonly string[]): string[] {
  return blocks.reduce<string[]>((done, block) => {
    const before = done.at(-1);
    if (before !== undefined && LIST.test(before) && CONTINUES.test(block)) done[done.length - 1] = `${before}\n\n${block}`;
    else done.push(block);
    return done;
  }, []);
}
