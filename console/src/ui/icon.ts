import { type TemplateResult, html } from "lit";
import { unsafeSVG } from "lit/directives/unsafe-svg.js";

import alert from "lucide-static/icons/circle-alert.svg?drawing";
import arrowUpRight from "lucide-static/icons/arrow-up-right.svg?drawing";
import braces from "lucide-static/icons/braces.svg?drawing";
import bulb from "lucide-static/icons/lightbulb.svg?drawing";
import check from "lucide-static/icons/check.svg?drawing";
import chevronDown from "lucide-static/icons/chevron-down.svg?drawing";
import circleCheck from "lucide-static/icons/circle-check.svg?drawing";
import close from "lucide-static/icons/x.svg?drawing";
import copy from "lucide-static/icons/copy.svg?drawing";
import document from "lucide-static/icons/file-text.svg?drawing";
import eye from "lucide-static/icons/eye.svg?drawing";
import image from "lucide-static/icons/image.svg?drawing";
import lock from "lucide-static/icons/lock.svg?drawing";
import mic from "lucide-static/icons/mic.svg?drawing";
import reset from "lucide-static/icons/rotate-ccw.svg?drawing";
import search from "lucide-static/icons/search.svg?drawing";
import tool from "lucide-static/icons/wrench.svg?drawing";
import video from "lucide-static/icons/video.svg?drawing";

/** The icons of the elements; those of the console's pages are in app/icons. */
export const ICONS = {
  alert,
  arrowUpRight,
  braces,
  bulb,
  check,
  chevronDown,
  circleCheck,
  close,
  copy,
  document,
  eye,
  image,
  lock,
  mic,
  reset,
  search,
  tool,
  video,
} as const;
export type IconName = keyof typeof ICONS;

/** A drawing that says nothing to a screen reader: what it means is said beside it. */
export const icon = (name: IconName): TemplateResult => drawing(ICONS[name]);
export const drawing = (inner: string): TemplateResult => html`<span class="icon" aria-hidden="true"
  ><svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">
    ${unsafeSVG(inner)}
  </svg></span
>`;
