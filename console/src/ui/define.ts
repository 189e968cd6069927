/** Define an element unless the page has one of that name: two copies of a script must not break each other. */
export function define(tag: string, element: CustomElementConstructor): void {
  if (!customElements.get(tag)) customElements.define(tag, element);
}
