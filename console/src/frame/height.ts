/** Room for a list that is open below its field. */
const POPUP = 376;

/** Call `tell` with the height that this page needs, now and whenever it changes. A frame cuts off what stands out of it, so an
 *  open list counts. */
export function watchHeight(element: HTMLElement, tell: (height: number) => void): void {
  let told = 0;
  const look = (): void => {
    const popup = element.shadowRoot?.querySelector(".popup:popover-open");
    const end = popup
      ? (element.shadowRoot?.querySelector("mr-combobox")?.getBoundingClientRect().bottom ?? 0) + scrollY + POPUP
      : 0;
    const height = Math.ceil(Math.max(document.body.getBoundingClientRect().height, end));
    if (height !== told) tell((told = height));
  };
  new ResizeObserver(look).observe(document.body);
  for (const name of ["click", "keyup", "input", "focusout"]) addEventListener(name, () => requestAnimationFrame(look));
}
