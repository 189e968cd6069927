const GAP = 4;
const EDGE = 8;

/** Put a popup of the top layer under its anchor, above it where there is more room, never outside the window. */
export function placeUnder(
  popup: HTMLElement,
  anchor: Element,
  options: { width?: number; height?: number; align?: "start" | "end" } = {},
): void {
  const box = anchor.getBoundingClientRect();
  const width = Math.min(options.width ?? popup.offsetWidth, innerWidth - 2 * EDGE);
  const below = innerHeight - box.bottom - GAP - EDGE;
  const above = box.top - GAP - EDGE;
  const wanted = options.height ?? popup.scrollHeight;
  const up = below < Math.min(wanted, 240) && above > below;
  const start = options.align === "end" ? box.right - width : box.left;
  const style = popup.style;
  style.setProperty("left", `${Math.max(EDGE, Math.min(start, innerWidth - width - EDGE))}px`);
  style.setProperty("max-height", `${Math.max(96, up ? above : below)}px`);
  if (options.width) style.setProperty("width", `${width}px`);
  style.setProperty("top", up ? "auto" : `${box.bottom + GAP}px`);
  style.setProperty("bottom", up ? `${innerHeight - box.top + GAP}px` : "auto");
}

/** Call `place` while the popup is open and anything moves. Returns what ends it. */
export function followAnchor(place: () => void): () => void {
  const again = (): void => place();
  addEventListener("scroll", again, { capture: true, passive: true });
  addEventListener("resize", again);
  return () => {
    removeEventListener("scroll", again, { capture: true });
    removeEventListener("resize", again);
  };
}
