/** The word of a status; a code that nobody knows is shown as it is. */
export function statusWord(code: string, t: (key: never) => string): string {
  const key = `status.${code}`;
  const word = t(key as never);
  return word === key ? code : word;
}
