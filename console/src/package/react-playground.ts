// The playground as a component of React, for versions before 19.

import { type EventName, createComponent } from "@lit/react";
import * as react from "react";
import { Playground as PlaygroundElement } from "../elements/playground";
import type * as told from "./events";
import { MODEL_EVENTS, PARAMETER_EVENTS } from "./react-events";

export const Playground = createComponent({
  react,
  tagName: "mr-playground",
  elementClass: PlaygroundElement,
  events: {
    onPlayChange: "play-change" as EventName<told.PlayChange>,
    ...MODEL_EVENTS,
    ...PARAMETER_EVENTS,
  },
});
