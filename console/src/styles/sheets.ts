import { type CSSResult, unsafeCSS } from "lit";
import controls from "./controls.css?inline";
import surface from "./surface.css?inline";
import tokens from "./tokens.css?inline";

const TOKENS = unsafeCSS(tokens);
const CONTROLS = unsafeCSS(controls);

/** What a public element adopts: its own tokens, a wall against the host page, and the controls. */
export const SURFACE: readonly CSSResult[] = [TOKENS, unsafeCSS(surface), CONTROLS];
/** What an inner element with a root of its own adopts: tokens reach it by inheritance. */
export const INNER: readonly CSSResult[] = [CONTROLS];
