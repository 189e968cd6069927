import type { Key } from "../core/i18n";
import type { PICTURES } from "./icons";

export interface PageEntry {
  /** The first part of the path. */
  path: string;
  title: Key;
  /** What it is for, in a sentence. */
  about: Key;
  picture: keyof typeof PICTURES;
  tag: `mr-${string}-page`;
  /** Pressed after `g`. */
  jump: string;
  load: () => Promise<unknown>;
}

/** Every page, in the order of the rail. */
export const PAGES: readonly PageEntry[] = [
  {
    path: "providers",
    title: "page.providers",
    about: "providers.about",
    picture: "plug",
    tag: "mr-providers-page",
    jump: "p",
    load: () => import("../pages/providers"),
  },
  {
    path: "models",
    title: "page.models",
    about: "models.about",
    picture: "boxes",
    tag: "mr-models-page",
    jump: "m",
    load: () => import("../pages/models"),
  },
  {
    path: "playground",
    title: "page.playground",
    about: "play.about",
    picture: "play",
    tag: "mr-playground-page",
    jump: "c",
    load: () => import("../pages/playground"),
  },
  {
    path: "usage",
    title: "page.usage",
    about: "usage.about",
    picture: "chart",
    tag: "mr-usage-page",
    jump: "u",
    load: () => import("../pages/usage"),
  },
  {
    path: "logs",
    title: "page.logs",
    about: "logs.about",
    picture: "list",
    tag: "mr-logs-page",
    jump: "l",
    load: () => import("../pages/logs"),
  },
  {
    path: "routes",
    title: "page.routes",
    about: "routes.about",
    picture: "route",
    tag: "mr-routes-page",
    jump: "r",
    load: () => import("../pages/routes"),
  },
  {
    path: "keys",
    title: "page.keys",
    about: "keys.about",
    picture: "key",
    tag: "mr-keys-page",
    jump: "k",
    load: () => import("../pages/keys"),
  },
  {
    path: "settings",
    title: "page.settings",
    about: "settings.about",
    picture: "settings",
    tag: "mr-settings-page",
    jump: "s",
    load: () => import("../pages/settings"),
  },
];
